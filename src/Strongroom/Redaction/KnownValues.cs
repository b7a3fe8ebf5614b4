using Strongroom.Detection;

namespace Strongroom.Redaction;

/// <summary>
/// Recognises every value that this process has held, in plain, base64, URL and JSON form, without keeping one: see
/// <see cref="Fingerprint"/>. Readers never wait. The table is made again only when it is full, with room for more, so that the
/// thousands of values that a start brings make it a few times and not once for each.
/// </summary>
/// <remarks>
/// Retired values stay known, because a line about a rotation is written after it. Their number is bounded: past
/// <see cref="Capacity"/> fingerprints (some 8,000 values) the oldest retired ones are forgotten first, and values still in use
/// never. Values shorter than <see cref="FingerprintKey.Window"/> characters are hidden by type only: they would be found in
/// innocent text.
/// </remarks>
internal sealed class KnownValues
{
    /// <summary>How many fingerprints are kept before retired ones are forgotten.</summary>
    internal const int Capacity = 65_536;

    private const int FirstRoom = 256;

    private readonly FingerprintKey _key = new();

    // By a keyed hash of the value.
    private readonly OrderedDictionary<string, Known> _byAge = [];
    private readonly Lock _adding = new();
    private readonly int _capacity;
    private FingerprintTable _table;
    private int _count;

    public KnownValues()
        : this(Capacity) { }

    internal KnownValues(int capacity)
    {
        _capacity = capacity;
        _table = new FingerprintTable(_key, Math.Min(FirstRoom, capacity));
    }

    /// <summary>How many fingerprints are known.</summary>
    internal int FingerprintCount => Volatile.Read(ref _table).Count;

    /// <summary>How often the table was made again.</summary>
    internal int Rebuilds { get; private set; }

    /// <summary>Makes a value known, from now on and after its end.</summary>
    /// <exception cref="SecretUnavailableException">The value has ended already.</exception>
    internal void Add(SecretValue value)
    {
        var identity = value.Reveal(_key, static (utf8, key) => key.Identity(utf8));
        var fingerprints = value.Reveal(_key, static (utf8, key) => ValueForms.Take(key, utf8));
        if (fingerprints.Length == 0)
            return;
        lock (_adding)
        {
            var isNew = !_byAge.Remove(identity);
            _byAge.Add(identity, new Known(new WeakReference<SecretValue>(value), fingerprints));
            if (!isNew)
                return;
            _count += fingerprints.Length;
            if (_table.TryAdd(fingerprints))
                return;
            ForgetOldest();
            Rebuild();
        }
    }

    /// <summary>Adds every known value that begins in <paramref name="chunk"/>.</summary>
    internal void Find(scoped in ByteChunk chunk, ref List<RedactedRange>? parts) =>
        Volatile.Read(ref _table).Find(chunk, ref parts);

    /// <summary>
    /// A quarter at once, since each time costs a look at all. What is in use stays and makes the table larger.
    /// </summary>
    private void ForgetOldest()
    {
        if (_count <= _capacity)
            return;
        for (var index = 0; _count > _capacity - (_capacity / 4) && index < _byAge.Count; )
        {
            var known = _byAge.GetAt(index).Value;
            if (known.IsRetired)
            {
                _byAge.RemoveAt(index);
                _count -= known.Fingerprints.Length;
            }
            else
            {
                index++;
            }
        }
    }

    private void Rebuild()
    {
        var room = _count <= _capacity / 2 ? 2 * _count : Math.Max(_capacity, _count + (_count / 4));
        var table = new FingerprintTable(_key, room);
        foreach (var known in _byAge.Values)
            table.TryAdd(known.Fingerprints);
        Rebuilds++;
        Volatile.Write(ref _table, table);
    }

    private sealed record Known(WeakReference<SecretValue> Value, Fingerprint[] Fingerprints)
    {
        internal bool IsRetired => !Value.TryGetTarget(out var value) || value.IsExpired;
    }
}
