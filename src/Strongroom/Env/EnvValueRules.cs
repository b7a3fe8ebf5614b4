namespace Strongroom.Env;

/// <summary>Which values cannot be secrets: empty ones anywhere, short ones outside local.</summary>
internal sealed class EnvValueRules(DeploymentEnvironment environment)
{
    internal const int ShortestOutsideLocal = 8;

    internal SecretConfigurationException? Check(SecretValue value, SecretName name, string variable)
    {
        if (value.ByteCount == 0)
            return Fault($"{variable} is set and empty. Give it a value, or remove it.", name);
        if (environment != DeploymentEnvironment.Local && CountCharacters(value) < ShortestOutsideLocal)
            return Fault(
                $"The value of {variable} has fewer than {ShortestOutsideLocal} characters, which only local allows. Use a "
                    + "longer one.",
                name
            );
        return null;
    }

    private static int CountCharacters(SecretValue value) => value.Reveal(0, static (utf8, _) =>
        {
            var count = 0;
            foreach (var b in utf8)
                count += (b & 0xC0) == 0x80 ? 0 : 1;
            return count;
        });

    private static SecretConfigurationException Fault(string problem, SecretName name) =>
        new(SecretErrorCode.ValueInvalid, problem, name, EnvBackend.BackendName);
}
