namespace Strongroom.Detection;

/// <summary>What a credential was recognised by.</summary>
public enum CredentialEvidence
{
    /// <summary>The form that its issuer gives it, such as a prefix and a length.</summary>
    Pattern,

    /// <summary>Its place as the password of a URL.</summary>
    UrlPassword,

    /// <summary>A name before it within the text, such as <c>Password=…</c>.</summary>
    NamedValue,

    /// <summary>The name of the setting that holds it.</summary>
    SettingName,
}

/// <summary>What a credential in a text is and where. It does not hold the value.</summary>
/// <param name="Description">The kind of credential, for people to read: <c>GitHub token</c>.</param>
/// <param name="Evidence">What it was recognised by.</param>
/// <param name="Start">The index of its first character.</param>
/// <param name="Length">The number of its characters.</param>
public readonly record struct DetectedCredential(string Description, CredentialEvidence Evidence, int Start, int Length)
{
    /// <summary>The index after its last character.</summary>
    public int End => Start + Length;
}
