using System.Security.Cryptography;
using Strongroom.Cli.Input;
using Strongroom.Cli.Session;
using Strongroom.Env;

namespace Strongroom.Cli.Migration;

/// <summary>
/// <c>--finish</c> and <c>--restore</c>: the end of the plain file, and the way back to it for 30 days. Each step leaves a state from
/// which the same command goes on.
/// </summary>
internal sealed class MigrationFinish(CommandContext context, OperatorSession session, string path)
{
    internal const string Encrypt = "encrypt";
    internal const string Destroy = "destroy";

    private const string Started = "sealing";
    private const string Sealed = "sealed";
    private const string Destroyed = "destroyed";

    private static readonly TimeSpan s_kept = TimeSpan.FromDays(30);

    /// <summary>Ends the file whose secrets all are in the backend.</summary>
    internal async Task<MigrationReceipt> FinishAsync(MigrationRun run, bool destroys, IReadOnlyList<ParityRow> parity, CancellationToken ct)
    {
        var receipt = Receipt(run, await session.ActorAsync(), parity);
        if (!destroys)
        {
            // The key's name is written down before there is a key, so that a stop in between loses none.
            receipt = receipt with { Done = Started, KeyName = SealedFile.Read(path)?.KeyName ?? (MigrationReceipt.Read(path) is { IsComplete: false, KeyName: { } begun } ? begun : NewKeyName()) };
            receipt.Write(path);
            var envelope = await SealAsync(run, receipt.KeyName!, ct);
            receipt = receipt with { Done = Sealed, SealedFile = SealedFile.PathOf(path), KeptUntil = envelope.KeepUntil };
        }
        receipt.Write(path);
        await EnsureUnchangedAsync(run, ct);
        WholeFile.Destroy(path);
        if (destroys && SealedFile.Read(path) is { } older)
            await EndSealedAsync(older, ct);
        receipt = receipt with { IsComplete = true };
        receipt.Write(path);
        return receipt;
    }

    /// <summary>The file itself is gone already: completes the receipt, or ends the sealed file and its key.</summary>
    internal async Task<MigrationReceipt> FinishGoneAsync(bool destroys, bool isConfirmed, CancellationToken ct)
    {
        var receipt = MigrationReceipt.Read(path) ?? throw CommandException.Usage("FILE does not exist, and there is no receipt of an earlier --finish", "Name the .env file that is to be finished.");
        var envelope = SealedFile.Read(path);
        if (destroys && envelope is not null)
        {
            await Question.ConfirmAsync(context.Terminal, $"Destroy {SealedFile.PathOf(path)} and its key? There is no way back.", isConfirmed, ct);
            await EndSealedAsync(envelope, ct);
            receipt = receipt with { Done = Destroyed, SealedFile = null, KeptUntil = null, At = context.Time.GetUtcNow() };
        }
        receipt = receipt with { IsComplete = true };
        receipt.Write(path);
        return receipt;
    }

    /// <summary>Brings the file back from the sealed one, which stays.</summary>
    internal async Task RestoreAsync(CancellationToken ct)
    {
        if (File.Exists(path))
            throw CommandException.Usage("FILE is there, so there is nothing to bring back", "Move it away first if it is not the one that is wanted.");
        var envelope = SealedFile.Read(path) ?? throw CommandException.Usage("there is no sealed file of FILE", $"'strongroom migrate FILE --finish {Encrypt}' makes one; after '{Destroy}' there is none.");
        var text = await OpenAsync(envelope, ct);
        try
        {
            WholeFile.Write(path, text, WholeFile.OwnerOnly);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    private MigrationReceipt Receipt(MigrationRun run, string actor, IReadOnlyList<ParityRow> parity) => new(
        path, Destroyed, IsComplete: false, context.Time.GetUtcNow(), KeptUntil: null, SealedFile: null, KeyName: null, session.BackendName, context.Settings.Options.Namespace, actor,
        MigrationReceipt.Exposed,
        [
            .. run.Entries.Where(entry => entry.Value is not null).Select(entry => new ExposedSecret(
                entry.Variable, entry.Place?.ToString(), parity.FirstOrDefault(row => row.Variable == entry.Variable)?.Version)),
        ]);

    private async Task<SealedEnvelope> SealAsync(MigrationRun run, string keyName, CancellationToken ct)
    {
        var name = SecretName.Parse(keyName);
        if (SealedFile.Read(path) is { } made && made.KeyName == keyName && await HoldsAsync(made, run.File.Bytes, ct))
            return made;
        await EnsureKeyAsync(name, ct);
        var key = await ReadKeyAsync(name, ct);
        try
        {
            var envelope = SealedFile.Seal(run.File.Bytes.Span, key, keyName, context.Time.GetUtcNow(), s_kept);
            SealedFile.Write(path, envelope);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
        // What counts is what lies on the disk and in the backend, so both are read again.
        return SealedFile.Read(path) is { } written && await HoldsAsync(written, run.File.Bytes, ct)
            ? written
            : throw new CommandException(ExitCodes.VerificationFailed, "the sealed file does not give the file back, so nothing was removed", "Run it again; check the disk if it repeats.", "SealBroken");
    }

    private async Task<bool> HoldsAsync(SealedEnvelope envelope, ReadOnlyMemory<byte> text, CancellationToken ct)
    {
        var opened = await OpenAsync(envelope, ct);
        try
        {
            return text.Span.SequenceEqual(opened);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened);
        }
    }

    private async Task<byte[]> OpenAsync(SealedEnvelope envelope, CancellationToken ct)
    {
        var key = await ReadKeyAsync(SecretName.Parse(envelope.KeyName), ct);
        try
        {
            return SealedFile.Open(envelope, key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private async Task EnsureKeyAsync(SecretName name, CancellationToken ct)
    {
        var key = RandomNumberGenerator.GetBytes(SealedFile.KeyBytes);
        try
        {
            using var value = SecretValue.FromText(Convert.ToHexString(key));
            await session.Manager.SetAsync(name, value, SetCondition.Absent, ct);
        }
        catch (SecretWriteException e) when (e.Code == SecretErrorCode.Conflict)
        {
            // An earlier run stored it, and stopped then.
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private async Task<byte[]> ReadKeyAsync(SecretName name, CancellationToken ct)
    {
        var secret = await session.Manager.GetAsync(name, ct);
        return secret.Value.Reveal(0, static (utf8, _) =>
        {
            var key = GC.AllocateUninitializedArray<byte>(SealedFile.KeyBytes, pinned: true);
            if (Convert.FromHexString(utf8, key, out _, out var length) == System.Buffers.OperationStatus.Done && length == key.Length)
                return key;
            throw new CommandException(ExitCodes.VerificationFailed, "the key of the sealed file is none", "'strongroom history' of the key's name shows who changed it.", "SealBroken");
        });
    }

    private async Task EndSealedAsync(SealedEnvelope envelope, CancellationToken ct)
    {
        WholeFile.Destroy(SealedFile.PathOf(path));
        try
        {
            await session.Manager.DeleteAsync(SecretName.Parse(envelope.KeyName), ct);
        }
        catch (SecretNotFoundException)
        {
            // It is gone already.
        }
    }

    /// <summary>Whoever changed the file since it was read must not lose that.</summary>
    private async Task EnsureUnchangedAsync(MigrationRun run, CancellationToken ct)
    {
        using var now = await new DotenvStore(path, context.Time).LoadAsync(ct);
        if (now is null || !now.Bytes.Span.SequenceEqual(run.File.Bytes.Span))
            throw new CommandException(ExitCodes.VerificationFailed, "FILE was changed while it was being finished, so it was not removed", "Run it again.", "FileChanged");
    }

    private static string NewKeyName() => $"strongroom/migration/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
}
