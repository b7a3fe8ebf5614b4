using Strongroom.Cli.Input;
using Strongroom.Operations;

namespace Strongroom.Cli.Commands;

/// <summary>
/// Names that are near a missing one, where the backend lets us list. Whatever keeps it from that changes nothing about the
/// error.
/// </summary>
internal static class MissingSecrets
{
    private const int MostListed = 5000;
    private const int MostNamed = 3;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    internal static async Task<T> WithNearNamesAsync<T>(
        OperatorSession session,
        SecretName name,
        Func<Task<T>> work,
        CancellationToken ct
    )
    {
        try
        {
            return await work();
        }
        catch (SecretNotFoundException missing) when (missing.Code == SecretErrorCode.Missing)
        {
            if (await FindAsync(session, name, ct) is not { Count: > 0 } near)
                throw;
            throw new CommandException(
                ExitCodes.NotFound,
                missing.Message,
                $"Did you mean {string.Join(" or ", near)}? 'strongroom list' shows all.",
                missing.Code.ToString()
            );
        }
    }

    private static async Task<IReadOnlyList<string>> FindAsync(OperatorSession session, SecretName name, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(s_patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        var known = new List<string>();
        try
        {
            await foreach (var one in session.Manager.ListAsync(null, either.Token))
            {
                known.Add(one.ToString());
                if (known.Count == MostListed)
                    break;
            }
        }
        catch (Exception e) when (e is SecretException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // What was listed until then is still a help.
        }
        return NearNames.Find(name.Path, known, MostNamed);
    }
}
