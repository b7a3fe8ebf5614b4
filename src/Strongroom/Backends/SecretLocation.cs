namespace Strongroom.Backends;

/// <summary>A name and where it lives: <c>env</c> goes by the name, the others by the place.</summary>
/// <param name="Name">The name that the service uses.</param>
/// <param name="At">The place in the backend, namespace included, with its field where it has one.</param>
public readonly record struct SecretLocation(SecretName Name, SecretName At);
