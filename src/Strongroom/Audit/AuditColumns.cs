namespace Strongroom.Audit;

/// <summary>
/// The columns of the audit with their names, types and order, for every store and format. To add a column: a line here, a
/// property of the row, and a migration.
/// </summary>
public static class AuditColumns
{
    /// <summary>Identifies a row, with <see cref="Boot"/> and <see cref="Sequence"/>.</summary>
    public const string Instance = "instance";

    /// <summary>Identifies a row, with <see cref="Instance"/> and <see cref="Sequence"/>.</summary>
    public const string Boot = "boot";

    /// <summary>Identifies a row, with <see cref="Instance"/> and <see cref="Boot"/>.</summary>
    public const string Sequence = "sequence";

    /// <summary>See <see cref="AccessRow.Service"/>.</summary>
    public const string Service = "service";

    /// <summary>See <see cref="AccessRow.Actor"/>.</summary>
    public const string Actor = "actor";

    /// <summary>See <see cref="AccessRow.LastAt"/>.</summary>
    public const string LastAt = "last_at";

    /// <summary>See <see cref="AccessRow.Outcome"/>.</summary>
    public const string Outcome = "outcome";

    /// <summary>See <see cref="AccessRow.Name"/>.</summary>
    public const string Name = "name";

    /// <summary>See <see cref="AccessRow.Backend"/>.</summary>
    public const string Backend = "backend";

    private static readonly AccessRow s_noAccess = new()
    {
        Instance = "",
        Boot = default,
        Sequence = 0,
        Service = "",
        FirstAt = default,
        LastAt = default,
        AccessCount = 0,
        Operation = default,
        Outcome = default,
        Source = default,
        Name = "",
    };

    private static readonly InstanceRow s_noInstance = new("", default, "", "", "", "", 0, "", default);

    /// <summary>Visits each column of a row, and returns a row of the values that the visitor returned.</summary>
    public static AccessRow Visit<TVisitor>(AccessRow row, ref TVisitor visitor)
        where TVisitor : IAuditColumnVisitor, allows ref struct =>
        new()
        {
            FirstAt = visitor.Time("first_at", row.FirstAt),
            LastAt = visitor.Time(LastAt, row.LastAt),
            Service = visitor.Text(Service, row.Service),
            Instance = visitor.Text(Instance, row.Instance),
            Actor = visitor.InstanceText(Actor, row.Actor),
            Boot = visitor.Id(Boot, row.Boot),
            Sequence = visitor.Int64(Sequence, row.Sequence),
            Operation = visitor.Number("operation", row.Operation),
            Name = visitor.Text(Name, row.Name),
            Outcome = visitor.Number(Outcome, row.Outcome),
            Source = visitor.Number("source", row.Source),
            Version = visitor.Text("version", row.Version),
            Backend = visitor.Text(Backend, row.Backend),
            RequestId = visitor.Text("request_id", row.RequestId),
            Duration = visitor.Duration("duration", row.Duration, json: "durationMilliseconds"),
            Error = visitor.Error("error", row.Error),
            AccessCount = visitor.Int64("access_count", row.AccessCount, json: "count"),
        };

    /// <summary>Visits each column of an instance's row, and returns a row of the values that the visitor returned.</summary>
    public static InstanceRow Visit<TVisitor>(InstanceRow row, ref TVisitor visitor)
        where TVisitor : IAuditColumnVisitor, allows ref struct =>
        new(
            visitor.Text(Instance, row.Instance),
            visitor.Id(Boot, row.Boot),
            visitor.Text(Service, row.Service),
            visitor.Text("environment", row.Environment),
            visitor.Text(Backend, row.Backend),
            visitor.Text("host", row.Host),
            visitor.Int32("process_id", row.ProcessId),
            visitor.Text(Actor, row.Actor),
            visitor.Time("started_at", row.StartedAt)
        );

    /// <summary>Creates a row from the value that the visitor returns for each column.</summary>
    public static AccessRow ReadAccess<TVisitor>(ref TVisitor visitor)
        where TVisitor : IAuditColumnVisitor, allows ref struct => Visit(s_noAccess, ref visitor);

    /// <summary>Creates an instance's row from the value that the visitor returns for each column.</summary>
    public static InstanceRow ReadInstance<TVisitor>(ref TVisitor visitor)
        where TVisitor : IAuditColumnVisitor, allows ref struct => Visit(s_noInstance, ref visitor);
}
