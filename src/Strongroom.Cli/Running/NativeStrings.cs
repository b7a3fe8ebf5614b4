using System.Runtime.InteropServices;
using System.Text;

namespace Strongroom.Cli.Running;

/// <summary>
/// A null-terminated list of C strings, outside the managed heap so that no copies remain. Disposing zeroes it.
/// </summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly List<(nint Text, int Length)> _texts = [];
    private byte** _list;

    /// <summary>The list, closed by a null.</summary>
    internal byte** Pointer
    {
        get
        {
            NativeMemory.Free(_list);
            _list = (byte**)NativeMemory.Alloc((nuint)(_texts.Count + 1), (nuint)sizeof(byte*));
            for (var i = 0; i < _texts.Count; i++)
                _list[i] = (byte*)_texts[i].Text;
            _list[_texts.Count] = null;
            return _list;
        }
    }

    /// <summary>What a child is started with: its arguments.</summary>
    internal static NativeStrings Arguments(IEnumerable<string> arguments)
    {
        var texts = new NativeStrings();
        foreach (var argument in arguments)
            texts.Add(argument, []);
        return texts;
    }

    /// <summary>What a child is started with: its variables.</summary>
    /// <exception cref="SecretConfigurationException">A value holds a zero byte, which no variable can.</exception>
    internal static NativeStrings Environment(IEnumerable<KeyValuePair<string, string>> kept, SecretSnapshot secrets)
    {
        var texts = new NativeStrings();
        try
        {
            foreach (var (name, value) in kept)
                texts.Add($"{name}={value}", []);
            foreach (var (secret, value) in secrets.Values)
            {
                value.Reveal((Texts: texts, Secret: secret), static (bytes, state) =>
                {
                    if (bytes.Contains((byte)0))
                    {
                        throw new SecretConfigurationException(
                            SecretErrorCode.ValueInvalid,
                            $"The value of '{state.Secret.Name}' contains a zero byte, which a variable cannot hold. Omit it, "
                                + "or store it encoded.",
                            state.Secret.Name
                        );
                    }
                    state.Texts.Add($"{state.Secret.Variable}=", bytes);
                    return 0;
                });
            }
            return texts;
        }
        catch
        {
            texts.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var (text, length) in _texts)
        {
            NativeMemory.Clear((void*)text, (nuint)length);
            NativeMemory.Free((void*)text);
        }
        _texts.Clear();
        NativeMemory.Free(_list);
        _list = null;
    }

    private void Add(string start, ReadOnlySpan<byte> rest)
    {
        var begins = Encoding.UTF8.GetByteCount(start);
        var length = begins + rest.Length + 1;
        var text = (byte*)NativeMemory.Alloc((nuint)length);
        _texts.Add(((nint)text, length));
        Encoding.UTF8.GetBytes(start, new Span<byte>(text, begins));
        rest.CopyTo(new Span<byte>(text + begins, rest.Length));
        text[length - 1] = 0;
    }
}
