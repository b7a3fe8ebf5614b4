using System.Security.Cryptography;
using Strongroom.Cli.Input;
using Strongroom.Cli.Session;
using Strongroom.Env;
using Strongroom.Operations;

namespace Strongroom.Cli.Migration;

/// <summary>
/// <c>--finish</c> and <c>--restore</c>: the end of the plain file, and the way back to it for 30 days. Each step leaves a state
/// from which the same command goes on.
/// </summary>
internal sealed class MigrationFinish(CommandContext context, OperatorSession session, string path)
{
    internal const string Encrypt = "encrypt";
    internal const string Destroy = "destroy";

    private const string Started = "sealing";
    private const string Sealed = "sealed";
    private const string Destroyed = "destroyed";

    private static readonly TimeSpan s_kept = TimeSpan.FromDays(30);

    /// <summary>
    /// Whether the file was removed already, or all but removed: an older version's stop leaves zeros in its place.
    /// </summary>
    internal bool IsGone => !File.Exists(path) || (LockedFile.IsBlanked(path) && MigrationReceipt.Read(path) is not null);

    /// <summary>Ends the file whose secrets all are in the backend.</summary>
    internal async Task<MigrationReceipt> FinishAsync(
        MigrationRun run,
        bool destroys,
        IReadOnlyList<ParityRow> parity,
        List<ReceiptEntry> fates,
        CancellationToken ct
    )
    {
        var before = MigrationReceipt.Read(path);
        var older = SealedFile.Read(path);
        // The key's name is written down before there is a key, and as long as there is one, so that a stop in between loses
        // none.
        var receipt = Receipt(run, await session.ActorAsync(), parity, fates) with
        {
            KeyName = older?.KeyName ?? (before is { KeyName: { } begun } && (destroys || !before.IsComplete) ? begun : null),
        };
        if (!destroys)
        {
            receipt = receipt with { Done = Started, KeyName = receipt.KeyName ?? NewKeyName() };
            await receipt.WriteAsync(path, context.Time, ct);
            var envelope = await SealAsync(run, receipt.KeyName!, ct);
            receipt = receipt with { Done = Sealed, SealedFile = SealedFile.PathOf(path), KeptUntil = envelope.KeepUntil };
        }
        await receipt.WriteAsync(path, context.Time, ct);
        await LockedFile.DestroyAsync(path, context.Time, ct, () => EnsureUnchangedAsync(run, ct));
        return await CompleteAsync(destroys, receipt, ct);
    }

    /// <summary>The file itself is gone already: completes the receipt, or ends the sealed file and its key.</summary>
    internal async Task<MigrationReceipt> FinishGoneAsync(
        bool destroys,
        IReadOnlyList<string> drops,
        bool isConfirmed,
        CancellationToken ct
    )
    {
        var receipt = MigrationReceipt.Read(path)
            ?? throw CommandException.Usage(
                "FILE does not exist, and there is no receipt of an earlier --finish",
                "Name the .env file that is to be finished."
            );
        if (receipt.Done == Started)
            throw new CommandException(
                ExitCodes.VerificationFailed,
                "FILE is gone, and it was not sealed yet",
                "Bring it back from where it was moved to, then run it again.",
                "FileChanged"
            );
        if (destroys && receipt.Done == Sealed)
        {
            receipt = receipt with
            {
                Entries = receipt
                    .Entries?.Select(one =>
                        one.Outcome == MigrationOutcome.Sealed && MigrationOutcomes.IsDropped(one.Variable, drops)
                            ? one with
                            {
                                Outcome = MigrationOutcome.Dropped,
                            }
                            : one
                    )
                    .ToList(),
            };
            MigrationOutcomes.RequireNothingLost(receipt.Entries ?? []);
            await Question.ConfirmAsync(
                context.Terminal,
                $"Destroy {SealedFile.PathOf(path)} and its key? {KeyStays}",
                isConfirmed,
                ct
            );
            receipt = receipt with { Done = Destroyed, IsComplete = false, At = context.Time.GetUtcNow() };
            await receipt.WriteAsync(path, context.Time, ct);
        }
        // What an older version was stopped in the middle of.
        if (File.Exists(path))
            await LockedFile.DestroyAsync(path, context.Time, ct);
        return await CompleteAsync(receipt.Done == Destroyed, receipt, ct);
    }

    /// <summary>Brings the file back from the sealed one, which stays.</summary>
    internal async Task RestoreAsync(CancellationToken ct)
    {
        await LockedFile.SweepAsync(path, context.Time, ct);
        if (!IsGone)
            throw CommandException.Usage(
                "FILE is there, so there is nothing to bring back",
                "Move it away first if it is not the one that is wanted."
            );
        var envelope = SealedFile.Read(path)
            ?? throw CommandException.Usage(
                "there is no sealed file of FILE",
                $"'strongroom migrate FILE --finish {Encrypt}' makes one; after '{Destroy}' there is none."
            );
        var text = await OpenAsync(envelope, ct);
        try
        {
            await LockedFile.WriteAsync(path, text, LockedFile.OwnerOnly, context.Time, ct);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>What is true of the way back once a sealed file's key was deleted.</summary>
    private string KeyStays =>
        !session.Backend.Capabilities.Restore ? "There is no way back."
        : session.Backend.Capabilities.RestoreWindow is { } window
            ? $"{session.Backend.Name} can bring the key back for {window.TotalDays:0} days, and with it a copy of the sealed "
                + "file opens."
        : $"{session.Backend.Name} keeps a deleted key until it is destroyed there, and with it a copy of the sealed file opens.";

    private async Task<MigrationReceipt> CompleteAsync(bool destroys, MigrationReceipt receipt, CancellationToken ct)
    {
        if (destroys)
        {
            await LockedFile.DestroyAsync(SealedFile.PathOf(path), context.Time, ct);
            if (receipt.KeyName is { } key)
                await DeleteKeyAsync(SecretName.Parse(key), ct);
            receipt = receipt with { SealedFile = null, KeptUntil = null };
        }
        receipt = receipt with { IsComplete = true };
        await receipt.WriteAsync(path, context.Time, ct);
        return receipt;
    }

    private MigrationReceipt Receipt(MigrationRun run, string actor, IReadOnlyList<ParityRow> parity, List<ReceiptEntry> fates) =>
        new(
            path,
            Destroyed,
            IsComplete: false,
            context.Time.GetUtcNow(),
            KeptUntil: null,
            SealedFile: null,
            KeyName: null,
            session.Backend.Name,
            context.Settings.Options.Namespace,
            actor,
            MigrationReceipt.Exposed,
            [
                .. run
                    .Entries.Where(entry => entry.Value is not null)
                    .Select(entry => new ExposedSecret(
                        entry.Variable,
                        entry.Place?.ToString(),
                        parity.FirstOrDefault(row => row.Variable == entry.Variable)?.Version
                    )),
            ],
            fates
        );

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
            await SealedFile.WriteAsync(path, envelope, context.Time, ct);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
        // What counts is what lies on the disk and in the backend, so both are read again.
        return SealedFile.Read(path) is { } written && await HoldsAsync(written, run.File.Bytes, ct)
            ? written
            : throw new CommandException(
                ExitCodes.VerificationFailed,
                "the sealed file does not give the file back, so nothing was removed",
                "Run it again; check the disk if it repeats.",
                "SealBroken"
            );
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
            if (
                Convert.FromHexString(utf8, key, out _, out var length) == System.Buffers.OperationStatus.Done
                && length == key.Length
            )
                return key;
            throw new CommandException(
                ExitCodes.VerificationFailed,
                "the key of the sealed file is not a key",
                "'strongroom history' of the key's name shows who changed it.",
                "SealBroken"
            );
        });
    }

    private async Task DeleteKeyAsync(SecretName name, CancellationToken ct)
    {
        try
        {
            await session.Versions.DeleteAsync(name, ct);
        }
        catch (SecretNotFoundException)
        {
            // It is gone already.
        }
    }

    /// <summary>A change to the file since it was read must not be lost.</summary>
    private async ValueTask EnsureUnchangedAsync(MigrationRun run, CancellationToken ct)
    {
        using var now = await new DotenvStore(path, context.Time).LoadAsync(ct);
        if (now is null || !now.Bytes.Span.SequenceEqual(run.File.Bytes.Span))
            throw new CommandException(
                ExitCodes.VerificationFailed,
                "FILE was changed while it was being finished, so it was not removed",
                "Run it again.",
                "FileChanged"
            );
    }

    private static string NewKeyName() => $"strongroom/migration/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
}
