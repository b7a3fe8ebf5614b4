namespace Strongroom.Redaction;

/// <summary>
/// Hides values that this process has held and texts that look like a credential, for places that logging does not cover: a
/// problem's detail, a tag. It is the second line of defence; the first is never to put a value there.
/// </summary>
public interface ISecretRedactor
{
    /// <summary>
    /// The text with <c>***</c> in place of what must not be seen, or the same instance if there is nothing to hide.
    /// </summary>
    string Redact(string text);
}
