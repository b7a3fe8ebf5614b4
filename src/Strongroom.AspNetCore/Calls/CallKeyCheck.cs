using Microsoft.Extensions.DependencyInjection;

namespace Strongroom.AspNetCore;

/// <summary>Fails the start where a call key is too short.</summary>
internal sealed class CallKeyCheck(IServiceProvider services) : IStartCheck
{
    public async ValueTask CheckAsync(CancellationToken ct)
    {
        var (secrets, declaration) = (
            services.GetRequiredService<ISecretManager>(),
            services.GetRequiredService<SecretDeclaration>()
        );
        var faults = new List<string>();
        foreach (var declared in declaration.Secrets.Where(secret => CallKeyRule.IsKey(secret.Name)))
        {
            try
            {
                if (CallKeys.FindFault(await secrets.GetAsync(declared.Name, ct)) is { } fault)
                    faults.Add(fault);
            }
            catch (SecretException) when (!declared.Required)
            {
                // The service starts without an optional key; each call reads it again.
            }
        }
        if (faults.Count > 0)
            throw new SecretConfigurationException(SecretErrorCode.ValueInvalid, faults);
    }
}
