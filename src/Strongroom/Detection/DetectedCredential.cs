namespace Strongroom.Detection;

/// <summary>What a credential was recognised by.</summary>
public enum CredentialEvidence
{
    /// <summary>The form that its issuer gives it, such as a prefix and a length.</summary>
    Pattern,

    /// <summary>Its place as the password of a URL.</summary>
    UrlPassword,

    /// <summary>A telling name before it within the text, such as <c>Password=…</c>.</summary>
    NamedValue,

    /// <summary>The name of the setting that holds it.</summary>
    SettingName,
}

/// <summary>A credential in a text. It says what and where, and holds no value.</summary>
/// <param name="Description">What it is, for a person: <c>GitHub token</c>.</param>
/// <param name="Evidence">What it was recognised by.</param>
/// <param name="Start">The index of its first character.</param>
/// <param name="Length">The number of its characters.</param>
public readonly record struct DetectedCredential(string Description, CredentialEvidence Evidence, int Start, int Length)
{
    /// <summary>The index behind its last character.</summary>
    public int End => Start + Length;
}
