namespace Strongroom.Redaction;

/// <summary>
/// What is kept of one written form of a value: enough to recognise it, not enough to say what it was. <see cref="Head"/> and
/// <see cref="Tail"/> are cut to 24 and 16 bits, because a whole multiplicative hash of eight characters could be solved for
/// them.
/// </summary>
internal readonly struct Fingerprint
{
    /// <summary>Bits of the hash of the first <see cref="FingerprintKey.Window"/> characters that are kept.</summary>
    internal const int HeadBits = 24;

    internal required uint Head { get; init; }

    /// <summary>Of the last characters. It saves the keyed hash where values share a beginning.</summary>
    internal required ushort Tail { get; init; }

    internal required int Length { get; init; }

    /// <summary>Characters before it (0 or 1) that carry bits of the value and of its neighbour: base64 out of step.</summary>
    internal required byte Before { get; init; }

    /// <summary>The same, after it.</summary>
    internal required byte After { get; init; }

    internal required UInt128 Digest { get; init; }
}
