using Strongroom.Env;
using Strongroom.Operations;

namespace Strongroom.Cli.Running;

/// <summary>A secret that a child gets: where it is read, and the variable it goes into.</summary>
internal sealed record ChildSecret(SecretName Name, SecretName Location, string Variable, bool Required)
{
    /// <summary>Its variable was named on the command line rather than derived from a name.</summary>
    internal bool IsNamed { get; init; }

    /// <summary>One that a declaration names: env uses the name, the others the location.</summary>
    internal static ChildSecret Of(DeclaredSecret declared, OperatorSettings settings) =>
        new(
            declared.Name,
            settings.NameOf(declared),
            EnvVariable.NameOf(declared.Name, settings.Options.Namespace),
            declared.Required
        );

    /// <summary>One that is not declared.</summary>
    internal static ChildSecret Of(SecretName name, string @namespace) =>
        new(name, name, EnvVariable.NameOf(name, @namespace), Required: true);

    /// <summary>Refuses what must never be set from a secret, and two secrets for one variable.</summary>
    /// <exception cref="CommandException">A variable is not for secrets, or two names map to one.</exception>
    internal static void Check(IReadOnlyList<ChildSecret> secrets)
    {
        if (
            secrets.FirstOrDefault(secret =>
                ForbiddenVariables.Contains(secret.Variable) && !(secret.IsNamed && ForbiddenVariables.IsLogin(secret.Variable))
            ) is
            { } forbidden
        )
        {
            throw new CommandException(
                ExitCodes.Refused,
                $"'{forbidden.Name}' would set the variable {forbidden.Variable}, which controls a loader, a runtime, a shell "
                    + "or Strongroom and is never set from a secret",
                "Rename the secret, or give it another variable: --env VAR=NAME.",
                nameof(SecretErrorCode.Guardrail)
            );
        }
        if (
            secrets.GroupBy(secret => secret.Variable, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is
            { } meeting
        )
        {
            throw CommandException.Usage(
                $"{string.Join(" and ", meeting.Select(secret => $"'{secret.Name}'"))} would both set the variable {meeting.Key}",
                "Omit one of them, or rename it."
            );
        }
    }
}
