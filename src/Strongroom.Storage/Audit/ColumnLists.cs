using Strongroom.Audit;

namespace Strongroom.Storage.Audit;

/// <summary>The columns as lists in SQL.</summary>
internal static class ColumnLists
{
    /// <summary>The columns written to <c>access_log</c>.</summary>
    internal static string Access { get; } = string.Join(", ", OfAccess(null).Written);

    /// <summary>The number of columns written to <c>access_log</c>.</summary>
    internal static short AccessCount { get; } = (short)OfAccess(null).Written.Count;

    /// <summary>The columns written to <c>instances</c>.</summary>
    internal static string Instances { get; } = string.Join(", ", OfInstances().Written);

    /// <summary>A parameter for each written column of <c>access_log</c>, named as the column.</summary>
    internal static string AccessParameters { get; } = Parameters(OfAccess(null));

    /// <summary>A parameter for each column of <c>instances</c>, named as the column.</summary>
    internal static string InstanceParameters { get; } = Parameters(OfInstances());

    /// <summary>All columns of a row; those of the instance are read by an expression.</summary>
    internal static string Selected(string ofInstance) => string.Join(", ", OfAccess(ofInstance).Read);

    private static string Parameters(Names names) => string.Join(", ", names.Written.Select(column => $"@{column}"));

    private static Names OfAccess(string? ofInstance)
    {
        var names = new Names(ofInstance);
        AuditColumns.ReadAccess(ref names);
        return names;
    }

    private static Names OfInstances()
    {
        var names = new Names(null);
        AuditColumns.ReadInstance(ref names);
        return names;
    }

    private readonly struct Names(string? ofInstance) : IAuditColumnVisitor
    {
        public List<string> Written { get; } = [];

        public List<string> Read { get; } = [];

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
            Read.Add($"{ofInstance} AS {column}");
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
