using System.Reflection;
using Strongroom.Audit;
using Strongroom.Backends;
using Strongroom.Cli.Tests.Support;
using Strongroom.Hosting;
using Strongroom.Operations;

namespace Strongroom.Cli.Tests.Session;

/// <summary>Whatever an operator's program does with the backend is in the audit: it has no other way to it.</summary>
public class OperatorSessionTests
{
    private static readonly SecretName s_name = SecretName.Parse("alpaca/api_key");

    private static readonly SecretDeclaration s_declaration = SecretDeclaration.Parse(
        """{ "service": "risk_manager", "secrets": [ { "name": "alpaca/api_key" } ] }"""
    );

    public static TheoryData<AccessOperation, string> Uses =>
        new()
        {
            { AccessOperation.Write, "Manager.Set" },
            { AccessOperation.Write, "Backend.Write" },
            { AccessOperation.Get, "Manager.Get" },
            { AccessOperation.Get, "Manager.GetVersion" },
            { AccessOperation.Get, "Manager.GetSet" },
            { AccessOperation.Fetch, "Backend.Read" },
            { AccessOperation.List, "Manager.List" },
            { AccessOperation.History, "Manager.History" },
            { AccessOperation.Delete, "Manager.Delete" },
            { AccessOperation.Restore, "Manager.Restore" },
            { AccessOperation.Promote, "Backend.Promote" },
            { AccessOperation.Discard, "Backend.Discard" },
            { AccessOperation.Restore, "Backend.MakeCurrent" },
            { AccessOperation.Annotate, "Backend.Keep" },
            { AccessOperation.Annotate, "Backend.NoteRotation" },
            { AccessOperation.Destroy, "Backend.Destroy" },
            { AccessOperation.Probe, "Backend.FindPending" },
            { AccessOperation.Probe, "Backend.WhoAmI" },
            { AccessOperation.Probe, "Backend.AskTime" },
            { AccessOperation.Probe, "Backend.CheckPolicy" },
        };

    [Theory]
    [MemberData(nameof(Uses))]
    public async Task Use_of_the_backend_through_a_session_leaves_a_row(AccessOperation operation, string use)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        var settings = OperatorSettings.Read(
            new OperatorContext
            {
                Variables = new Dictionary<string, string>(fixture.Variables),
                FullPath = path => Path.GetFullPath(path, fixture.Folder),
            }
        );
        await using (var prepared = await OperatorSession.OpenAsync(settings, new OperatorSessionOptions(), ct))
            await prepared.Manager.SetAsync(s_name, SecretValue.FromText(Guid.NewGuid().ToString()), ct: ct);
        Guid boot;
        await using (var session = await OperatorSession.OpenAsync(settings, new OperatorSessionOptions(), ct))
        {
            boot = session.Backend.Instance.Boot;
            try
            {
                await UseAsync(session, use, ct);
            }
            catch (SecretException)
            {
                // What failed is recorded too.
            }
        }

        await using var reading = await OperatorSession.OpenAsync(settings, new OperatorSessionOptions(), ct);
        var rows = new List<AccessRow>();
        await foreach (var row in reading.AuditStore.QueryAsync(new AccessFilter { Boot = boot }, ct))
            rows.Add(row);
        Assert.Contains(rows, row => row.Operation == operation && row.Name.Length > 0 == (operation != AccessOperation.List));
    }

    [Fact]
    public void Public_members_give_out_no_backend_but_the_audited_one()
    {
        var types = typeof(OperatorSession)
            .Assembly.GetExportedTypes()
            .Append(typeof(AuditedBackend))
            .Append(typeof(StartContext))
            .Append(typeof(StartSettings));
        var given = types
            .SelectMany(type =>
                type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            )
            .SelectMany(Given);

        Assert.DoesNotContain(given, one =>
            one.Type.IsAssignableTo(typeof(ISecretBackend)) && one.Type != typeof(AuditedBackend)
        );
        Assert.Contains(given, one => one.Type == typeof(AuditedBackend));
    }

    private static IEnumerable<(MemberInfo Member, Type Type)> Given(MemberInfo member) =>
        member switch
        {
            PropertyInfo { GetMethod.IsPublic: true } property => Within(property.PropertyType).Select(type => (member, type)),
            FieldInfo field => Within(field.FieldType).Select(type => (member, type)),
            MethodInfo { IsSpecialName: false } method => method
                .GetParameters()
                .Where(parameter => parameter.IsOut)
                .Select(parameter => parameter.ParameterType)
                .Append(method.ReturnType)
                .SelectMany(Within)
                .Select(type => (member, type)),
            _ => [],
        };

    /// <summary>A type, and what it may hold or give: of a task, a list, a delegate.</summary>
    private static IEnumerable<Type> Within(Type type) =>
        [type, .. type.GetGenericArguments().SelectMany(Within), .. type.HasElementType ? Within(type.GetElementType()!) : []];

    private static async Task UseAsync(OperatorSession session, string use, CancellationToken ct)
    {
        var (manager, backend) = (session.Manager, session.Backend);
        var location = backend.Locate(s_name);
        switch (use)
        {
            case "Manager.Set":
                await manager.SetAsync(s_name, SecretValue.FromText(Guid.NewGuid().ToString()), ct: ct);
                break;
            case "Backend.Write":
                await backend.WriteAsync(new SecretWrite(location, SecretValue.FromText(Guid.NewGuid().ToString()), default), ct);
                break;
            case "Manager.Get":
                await manager.GetAsync(s_name, ct);
                break;
            case "Manager.GetVersion":
                await session.Versions.GetAsync(s_name, new SecretVersion("1"), ct);
                break;
            case "Manager.GetSet":
                await manager.GetAsync([s_name], ct);
                break;
            case "Backend.Read":
                await backend.ReadAsync([new SecretRequest("alpaca", [location], ReadPurpose.Get)], ct);
                break;
            case "Manager.List":
                await foreach (var _ in manager.ListAsync(null, ct))
                    break;
                break;
            case "Manager.History":
                await foreach (var _ in session.Versions.HistoryAsync(s_name, ct))
                    break;
                break;
            case "Manager.Delete":
                await session.Versions.DeleteAsync(s_name, ct);
                break;
            case "Manager.Restore":
                await session.Versions.RestoreAsync(s_name, new SecretVersion("1"), ct);
                break;
            case "Backend.Promote":
                await backend.PromoteAsync(location, new SecretVersion("1"), null, ct);
                break;
            case "Backend.Discard":
                await backend.DiscardAsync(location, new SecretVersion("1"), ct);
                break;
            case "Backend.MakeCurrent":
                await backend.MakeCurrentAsync(location, new SecretVersion("1"), new SecretVersion("2"), ct);
                break;
            case "Backend.Keep":
                await backend.KeepAsync(location, new SecretVersion("1"), ct);
                break;
            case "Backend.NoteRotation":
                await backend.NoteRotationAsync(location, DateTimeOffset.UnixEpoch, ct);
                break;
            case "Backend.Destroy":
                await backend.DestroyAsync(location, new SecretVersion("1"), ct);
                break;
            case "Backend.FindPending":
                await backend.FindPendingAsync(location, ct);
                break;
            case "Backend.WhoAmI":
                await backend.WhoAmIAsync(ct);
                break;
            case "Backend.AskTime":
                await backend.GetTimeAsync(ct);
                break;
            default:
                await backend.CheckPolicyAsync(s_declaration, [], ct);
                break;
        }
    }
}
