using Strongroom.Testing.Aws.Policies;
using Strongroom.Testing.Aws.Signing;

namespace Strongroom.Testing.Aws;

/// <summary>One request whose signature holds: who asks, where, for what.</summary>
internal sealed record ServerCall(Signer Caller, string Action, Parameters Parameters, DateTimeOffset Now)
{
    public string Region => Caller.Region;

    /// <summary>What a fault makes fail inside a batch: the code by the id that was asked for.</summary>
    public BatchFault? BatchFault { get; init; }

    /// <summary>Refuses what the caller's policy does not allow.</summary>
    public void Require(string action, string resource, ConditionContext? facts = null)
    {
        if (Caller.Credential.Access.Refuses(action, resource, facts ?? ConditionContext.Empty, Caller.Region) is { } reason)
            throw new AwsError(
                "AccessDeniedException",
                $"User: {Caller.Credential.Arn} is not authorized to perform: {action} on resource: {resource} because {reason}"
            );
    }
}
