namespace Strongroom.Vault.Transport;

/// <summary>
/// Something answered, and it is not used. The message is a part of a sentence about Vault's address; it never leaves the client.
/// </summary>
internal sealed class InvalidResponseException(string what) : Exception(what);
