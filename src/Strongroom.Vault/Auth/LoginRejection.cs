using System.Text.Json.Serialization;

namespace Strongroom.Vault.Auth;

/// <summary>A login that Vault refused, as it is kept on disk: when, until when, and a keyed hash of what was shown.</summary>
/// <param name="Fingerprint">The hash.</param>
/// <param name="Status">400: rejected permanently. 403: it may be a lockout.</param>
/// <param name="At">When.</param>
/// <param name="Until">Before this it is not tried again.</param>
internal sealed record LoginRejection(byte[] Fingerprint, int Status, DateTimeOffset At, DateTimeOffset Until);

/// <summary>The file: the key of the hashes, and the refusals.</summary>
internal sealed record LoginRejections(byte[] Key, IReadOnlyList<LoginRejection> Rejections);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LoginRejections))]
internal sealed partial class LoginRejectionJson : JsonSerializerContext;
