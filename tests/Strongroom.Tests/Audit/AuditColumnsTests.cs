using Strongroom.Audit;

namespace Strongroom.Tests.Audit;

public class AuditColumnsTests
{
    private static readonly AccessRow s_row = new()
    {
        Instance = "svc-1",
        Boot = Guid.NewGuid(),
        Sequence = 7,
        Service = "svc",
        Actor = "vault:jo",
        FirstAt = DateTimeOffset.UnixEpoch.AddHours(1),
        LastAt = DateTimeOffset.UnixEpoch.AddHours(2),
        AccessCount = 3,
        Operation = AccessOperation.Fetch,
        Outcome = AccessOutcome.Denied,
        Source = AccessSource.Backend,
        Name = "a/b",
        Version = "4",
        Backend = "vault",
        RequestId = "r-5",
        Duration = TimeSpan.FromMilliseconds(6),
        Error = SecretErrorCode.Denied,
    };

    private static readonly InstanceRow s_instance = new(
        "svc-1",
        Guid.NewGuid(),
        "svc",
        "test",
        "vault",
        "host",
        42,
        "jo",
        DateTimeOffset.UnixEpoch.AddHours(1)
    );

    [Fact]
    public void Visit_of_a_row_visits_each_member_once_and_returns_what_the_visitor_returned()
    {
        var visitor = new Recording();

        Assert.Equal(s_row, AuditColumns.Visit(s_row, ref visitor));

        AssertVisited(s_row, visitor);
    }

    [Fact]
    public void Visit_of_an_instance_visits_each_member_once_and_returns_what_the_visitor_returned()
    {
        var visitor = new Recording();

        Assert.Equal(s_instance, AuditColumns.Visit(s_instance, ref visitor));

        AssertVisited(s_instance, visitor);
    }

    [Fact]
    public void ReadAccess_takes_each_value_from_the_visitor()
    {
        var visitor = new Answering(s_row);

        Assert.Equal(s_row, AuditColumns.ReadAccess(ref visitor));
    }

    private static void AssertVisited<T>(T row, Recording visitor)
    {
        var members = typeof(T).GetProperties().Where(member => member.Name != "EqualityContract").ToList();
        Assert.All(members, member =>
            Assert.NotEqual(
                member.PropertyType.IsValueType ? Activator.CreateInstance(member.PropertyType) : null,
                member.GetValue(row)
            )
        );
        Assert.Equal(
            members
                .Select(member => (member.Name.ToUpperInvariant(), member.GetValue(row)))
                .OrderBy(one => one.Item1, StringComparer.Ordinal),
            visitor
                .Visited.Select(one => (one.Column.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant(), one.Value))
                .OrderBy(one => one.Item1, StringComparer.Ordinal)
        );
    }

    private readonly struct Recording() : IAuditColumnVisitor
    {
        public List<(string Column, object? Value)> Visited { get; } = [];

        public string Text(string column, string value) => Add(column, value);

        public string InstanceText(string column, string value) => Add(column, value);

        public Guid Id(string column, Guid value) => Add(column, value);

        public int Int32(string column, int value) => Add(column, value);

        public long Int64(string column, long value, string? json) => Add(column, value);

        public DateTimeOffset Time(string column, DateTimeOffset value) => Add(column, value);

        public TimeSpan? Duration(string column, TimeSpan? value, string json) => Add(column, value);

        public T Number<T>(string column, T value)
            where T : struct, Enum => Add(column, value);

        public SecretErrorCode? Error(string column, SecretErrorCode? value) => Add(column, value);

        private T Add<T>(string column, T value)
        {
            Visited.Add((column, value));
            return value;
        }
    }

    private readonly struct Answering : IAuditColumnVisitor
    {
        private readonly Dictionary<string, object?> _values;

        public Answering(AccessRow row)
        {
            var recording = new Recording();
            AuditColumns.Visit(row, ref recording);
            _values = recording.Visited.ToDictionary(one => one.Column, one => one.Value);
        }

        public string Text(string column, string value) => (string)_values[column]!;

        public string InstanceText(string column, string value) => (string)_values[column]!;

        public Guid Id(string column, Guid value) => (Guid)_values[column]!;

        public int Int32(string column, int value) => (int)_values[column]!;

        public long Int64(string column, long value, string? json) => (long)_values[column]!;

        public DateTimeOffset Time(string column, DateTimeOffset value) => (DateTimeOffset)_values[column]!;

        public TimeSpan? Duration(string column, TimeSpan? value, string json) => (TimeSpan?)_values[column];

        public T Number<T>(string column, T value)
            where T : struct, Enum => (T)_values[column]!;

        public SecretErrorCode? Error(string column, SecretErrorCode? value) => (SecretErrorCode?)_values[column];
    }
}
