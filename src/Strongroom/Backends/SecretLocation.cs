namespace Strongroom.Backends;

/// <summary>
/// A secret's name and where the backend stores it. The <c>env</c> backend uses the name, the others the stored name.
/// </summary>
/// <param name="Name">The name that the service uses.</param>
/// <param name="StoredName">The name under which the backend stores it, with the namespace and, if any, the field.</param>
public readonly record struct SecretLocation(SecretName Name, SecretName StoredName);
