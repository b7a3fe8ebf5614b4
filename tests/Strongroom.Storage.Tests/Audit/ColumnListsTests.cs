using Strongroom.Audit;
using Strongroom.Storage.Audit;

namespace Strongroom.Storage.Tests.Audit;

public sealed class ColumnListsTests
{
    [Fact]
    public void Access_names_the_columns_that_are_written_in_the_order_of_the_visits()
    {
        var names = new Names();

        AuditColumns.ReadAccess(ref names);

        Assert.Equal(names.Written, ColumnLists.Access.Split(", "));
        Assert.Equal(ColumnLists.AccessCount, names.Written.Count);
        Assert.Equal(names.Written.Select(name => $"@{name}"), ColumnLists.Parameters(ColumnLists.Access).Split(", "));
    }

    [Fact]
    public void Selected_names_the_columns_that_are_read_in_the_order_of_the_visits()
    {
        var names = new Names();

        AuditColumns.ReadAccess(ref names);

        Assert.Equal(names.Read, ColumnLists.Selected("x").Split(", "));
    }

    [Fact]
    public void Instances_names_the_columns_in_the_order_of_the_visits()
    {
        var names = new Names();

        AuditColumns.ReadInstance(ref names);

        Assert.Equal(names.Written, ColumnLists.Instances.Split(", "));
    }

    private readonly struct Names() : IAuditColumnVisitor
    {
        internal List<string> Written { get; } = [];

        internal List<string> Read { get; } = [];

        public string Text(string column, string value) => Add(column, value);

        public Guid Id(string column, Guid value) => Add(column, value);

        public int Int32(string column, int value) => Add(column, value);

        public long Int64(string column, long value, string? json) => Add(column, value);

        public DateTimeOffset Time(string column, DateTimeOffset value) => Add(column, value);

        public TimeSpan? Duration(string column, TimeSpan? value, string json) => Add(column, value);

        public T Number<T>(string column, T value)
            where T : struct, Enum => Add(column, value);

        public SecretErrorCode? Error(string column, SecretErrorCode? value) => Add(column, value);

        public string InstanceText(string column, string value)
        {
            Read.Add($"x AS {column}");
            return value;
        }

        private T Add<T>(string column, T value)
        {
            Written.Add(column);
            Read.Add(column);
            return value;
        }
    }
}
