namespace Strongroom.Redaction;

/// <summary>
/// Hides values that this process has held and texts that have the shape of a credential, for places that logging does not cover:
/// a problem's detail, a tag. It is the second line; the first is never to put a value there.
/// </summary>
public interface ISecretRedactor
{
    /// <summary>
    /// The text with <c>***</c> in the place of what must not be seen; the same instance where there is nothing.
    /// </summary>
    string Redact(string text);
}
