using System.Runtime.CompilerServices;
using Strongroom.Backends;
using Strongroom.Deployment;

namespace Strongroom.Env;

/// <summary>
/// Reads secrets from process variables and a <c>.env</c> file, for local development and tests. Process variables take
/// precedence, for whole bundles; the file is read for every batch.
/// </summary>
internal sealed class EnvBackend : ISecretBackend
{
    internal const string BackendName = BackendChoice.Env;

    private readonly EnvBackendSettings _settings;
    private readonly DotenvStore _store;
    private readonly EnvValueRules _rules;
    private readonly Lazy<byte[]> _versionKey;

    /// <summary>The variables of each declared bundle.</summary>
    private readonly Dictionary<string, List<string>> _variables = new(StringComparer.Ordinal);

    /// <exception cref="SecretConfigurationException">Several declared names map to one variable, or a name maps to a reserved
    /// variable.</exception>
    internal EnvBackend(EnvBackendSettings settings)
    {
        var declared = settings.Declaration?.Secrets ?? [];
        var names = new SecretName[declared.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = declared[i].Name;
            if (!_variables.TryGetValue(declared[i].Bundle, out var variables))
                _variables.Add(declared[i].Bundle, variables = []);
            variables.Add(EnvVariable.NameOf(names[i], settings.Namespace));
        }
        if (EnvVariable.Check(names, settings.Namespace) is { Count: > 0 } faults)
            throw new SecretConfigurationException(SecretErrorCode.DeclarationInvalid, faults);
        _settings = settings;
        _store = new DotenvStore(settings.DotenvPath, settings.Time);
        _rules = new EnvValueRules(settings.Environment);
        // A load that throws is tried again by the next read; of two at once, the first to finish counts.
        _versionKey = new Lazy<byte[]>(() => settings.LoadVersionKey(settings.StateFolder), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>Creates the backend that <c>SECRET_BACKEND=env</c> selects.</summary>
    internal static EnvBackend Create(BackendContext context) => new(EnvBackendSettings.From(context));

    public string Name => BackendName;

    public BackendCapabilities Capabilities { get; } = new() { BatchSize = int.MaxValue };

    public async ValueTask<IReadOnlyList<SecretReadResult>> ReadAsync(IReadOnlyList<SecretRequest> requests, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        DotenvFile? file = null;
        SecretException? fileError = null;
        try
        {
            file = await _store.LoadAsync(ct).ConfigureAwait(false);
        }
        catch (SecretException e)
        {
            fileError = e;
        }

        using (file)
        {
            var snapshot = new EnvSnapshot(_settings.ProcessVariable, file);
            var answers = new SecretReadResult[requests.Count];
            for (var i = 0; i < answers.Length; i++)
                answers[i] = Answer(requests[i], snapshot, fileError);
            return answers;
        }
    }

    public async ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct)
    {
        if (write.Stage != SecretStage.Current)
            throw Unsupported(write.Location.Name, "keeps no pending values");
        var variable = VariableOf(write.Location.Name);
        var scope = ScopeOf(write.Location.Name);
        RefuseHidden(write.Location.Name, scope);
        if (_rules.Check(write.Value, write.Location.Name, variable) is { } problem)
            throw problem;

        SecretVersion? version = null;
        await _store.ChangeAsync(old => Change(old, write, variable, scope, out version), ct).ConfigureAwait(false);
        return new SecretWriteResult(version!.Value);
    }

    public async IAsyncEnumerable<SecretName> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        using var file = await _store.LoadAsync(ct).ConfigureAwait(false);
        var snapshot = new EnvSnapshot(_settings.ProcessVariable, file);
        foreach (var name in _settings.Declaration?.Secrets.Select(secret => secret.Name) ?? [])
        {
            if (!IsBelow(name.Path, prefix))
                continue;
            using var value = snapshot.Read(VariableOf(name), snapshot.IsFromProcess(ScopeOf(name)));
            if (value is not null)
                yield return name;
        }
    }

    public IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretLocation location, CancellationToken ct) =>
        throw Unsupported(location.Name, "keeps no older versions");

    public async ValueTask<SecretWriteResult> DeleteAsync(SecretLocation location, CancellationToken ct)
    {
        var variable = VariableOf(location.Name);
        var scope = ScopeOf(location.Name);
        RefuseHidden(location.Name, scope);
        SecretVersion? deleted = null;
        await _store
            .ChangeAsync(
                old =>
                {
                    if (!old.Names.Contains(variable))
                        throw MissingOrInUrl(location.Name, variable, old);
                    deleted = new EnvSnapshot(_settings.ProcessVariable, old).VersionOf(
                        scope,
                        fromProcess: false,
                        _versionKey.Value
                    );
                    return old.Without(variable);
                },
                ct
            )
            .ConfigureAwait(false);
        return new SecretWriteResult(deleted ?? default);
    }

    public ValueTask<SecretWriteResult> RestoreAsync(SecretLocation location, SecretVersion? version, CancellationToken ct) =>
        throw Unsupported(location.Name, "keeps no older versions");

    private SecretReadResult Answer(SecretRequest request, EnvSnapshot snapshot, SecretException? fileError)
    {
        var values = new List<SecretValue>(request.Locations.Count);
        try
        {
            if (request.Stage != SecretStage.Current)
                throw Unsupported(request.Locations[0].Name, "keeps one value of each secret, the current one");
            var scope = new HashSet<string>(StringComparer.Ordinal);
            foreach (var location in request.Locations)
                scope.UnionWith(ScopeOf(location.Name));
            var fromProcess = snapshot.IsFromProcess(scope);
            if (!fromProcess && fileError is not null)
                throw fileError;

            var problems = new List<SecretException>();
            foreach (var location in request.Locations)
            {
                var variable = VariableOf(location.Name);
                if (snapshot.Read(variable, fromProcess) is not { } value)
                {
                    problems.Add(Missing(location.Name, variable, fromProcess));
                    continue;
                }
                values.Add(value);
                if (_rules.Check(value, location.Name, variable) is { } problem)
                    problems.Add(problem);
            }
            if (problems.Count > 0)
                throw Combined(problems);
            var version = snapshot.VersionOf(scope, fromProcess, _versionKey.Value)!.Value;
            if (request.Version is { } wanted && wanted != version)
                throw Unsupported(request.Locations[0].Name, "keeps no older versions");
            return SecretReadResult.Success(request, values, version);
        }
        catch (SecretException e)
        {
            values.ForEach(value => value.Dispose());
            return SecretReadResult.Failure(request, e);
        }
    }

    private DotenvFile? Change(
        DotenvFile old,
        SecretWrite write,
        string variable,
        IReadOnlyList<string> scope,
        out SecretVersion? version
    )
    {
        var before = new EnvSnapshot(_settings.ProcessVariable, old);
        var current = before.VersionOf(scope, fromProcess: false, _versionKey.Value);
        using var held = before.Read(variable, fromProcess: false);
        if (write.Condition.MustBeAbsent && held is { ByteCount: > 0 })
            throw Conflict(write.Location.Name, $"{variable} is there already. Read it first, and write with its version");
        if (write.Condition.Expected is { } expected && expected != current)
            throw Conflict(write.Location.Name, $"{_store.Path} was changed since that version was read. Read it again");
        version = current;
        if (write.Value.Equals(held))
            return null;
        var changed = old.With(variable, write.Value);
        version = new EnvSnapshot(_settings.ProcessVariable, changed).VersionOf(scope, fromProcess: false, _versionKey.Value);
        return changed;
    }

    /// <summary>The variable of a name, where this backend may look it up at all.</summary>
    private string VariableOf(SecretName name)
    {
        if (_settings.Declaration is { } declaration && declaration.Find(name.WithField(null)) is null)
        {
            throw new SecretRefusedException(
                SecretErrorCode.Undeclared,
                $"'{name}' is not in the declaration of {declaration.Service}. Add it to secrets.json.",
                name,
                BackendName
            );
        }
        var variable = EnvVariable.NameOf(name, _settings.Namespace);
        return EnvVariable.IsReserved(variable)
            ? throw new SecretRefusedException(
                SecretErrorCode.Undeclared,
                EnvVariable.ReservedProblem(name, variable),
                name,
                BackendName
            )
            : variable;
    }

    /// <summary>
    /// The variables of the name's bundle: they come from one place and have one version. Without a declaration, its own.
    /// </summary>
    private List<string> ScopeOf(SecretName name)
    {
        var own = VariableOf(name);
        if (_settings.Declaration?.Find(name.WithField(null)) is not { } declared)
            return [own];
        var variables = _variables[declared.Bundle];
        return variables.Contains(own) ? variables : [.. variables, own];
    }

    private void RefuseHidden(SecretName name, List<string> scope)
    {
        if (scope.Find(variable => _settings.ProcessVariable(variable) is not null) is { } hiding)
        {
            throw new SecretRefusedException(
                SecretErrorCode.HiddenByVariable,
                $"'{name}' is read from process variables because {hiding} is set there, so a change of {_store.Path} would "
                    + "have no effect. Unset it first.",
                name,
                BackendName
            );
        }
    }

    private SecretException MissingOrInUrl(SecretName name, string variable, DotenvFile file)
    {
        using var inUrl = file.ReadSecret(variable);
        return inUrl is null
            ? Missing(name, variable, fromProcess: false)
            : Unsupported(
                name,
                $"reads '{name}' out of a URL in {_store.Path}, which it does not rewrite. Take the password out of the URL "
                    + "with an editor, or set another one, which then counts"
            );
    }

    private SecretNotFoundException Missing(SecretName name, string variable, bool fromProcess) =>
        new(
            SecretErrorCode.Missing,
            fromProcess
                ? $"'{name}' is missing: another variable of its bundle is set in the process, so all of the bundle are read "
                    + $"from there, and {variable} is not "
                    + $"set. Set it too, or unset the others to read {_store.Path}."
                : $"'{name}' is missing: {variable} is neither a process variable nor in {_store.Path}. Add it to one of them.",
            name,
            BackendName
        );

    /// <summary>All that is wrong with a bundle at once; what is missing decides what kind of error it is.</summary>
    private static SecretException Combined(List<SecretException> problems)
    {
        if (problems.Count == 1)
            return problems[0];
        var gravest = problems.Find(problem => problem is SecretNotFoundException) ?? problems[0];
        var message = string.Join(' ', problems.Select(problem => problem.Message));
        return gravest is SecretNotFoundException
            ? new SecretNotFoundException(gravest.Code, message, gravest.Name, BackendName)
            : new SecretConfigurationException(gravest.Code, message, gravest.Name, BackendName);
    }

    private static SecretWriteException Conflict(SecretName name, string problem) =>
        new(SecretErrorCode.Conflict, $"'{name}' was not written: {problem}.", name, BackendName);

    private static SecretRefusedException Unsupported(SecretName name, string what) =>
        new(SecretErrorCode.Unsupported, $"The env backend {what}. Use vault or aws where that is needed.", name, BackendName);

    private static bool IsBelow(string path, string? prefix)
    {
        var folder = prefix?.TrimEnd('/');
        return string.IsNullOrEmpty(folder)
            || (
                path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || path[folder.Length] == '/')
            );
    }
}
