using System.Security.Cryptography.X509Certificates;

namespace Strongroom.Testing.Vault;

/// <summary>Login by the client certificate of the connection.</summary>
internal sealed class CertificateEngine(VaultCore core) : Engine
{
    private readonly RoleStore<CertificateRole> roles = new(
        () => new CertificateRole(),
        (role, fields) => role.With(fields),
        role => role.ToJson()
    );

    public override bool IsOpen(VaultRequest request) => request.Rest == "login";

    protected override VaultResponse Handle(VaultRequest request) =>
        request.Rest.Split('/') switch
        {
            ["certs"] or ["certs", ""] => roles.Handle(request, ""),
            ["certs", var name] => roles.Handle(request, name),
            ["login"] when request.Writes => LogIn(request),
            _ => throw VaultRefusal.UnsupportedPath(),
        };

    private VaultResponse LogIn(VaultRequest request)
    {
        if (request.Certificate is not { } shown)
            throw VaultRefusal.BadRequest("client certificate must be supplied");
        var wanted = request.Fields.Text("name");
        var match = roles.All.FirstOrDefault(r =>
            (wanted.Length == 0 || r.Key == wanted) && r.Value.Accepts(shown, core.Time.GetUtcNow())
        );
        if (match.Value is not { } role)
            throw VaultRefusal.BadRequest("invalid certificate or no client certificate supplied");
        var name = shown.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        var metadata = new Dictionary<string, string>
        {
            ["cert_name"] = match.Key,
            ["common_name"] = name,
            ["serial_number"] = shown.SerialNumber,
        };
        return role.Tokens.LogIn(core, request, name, $"cert-{match.Key}", metadata);
    }
}
