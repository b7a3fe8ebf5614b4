namespace Strongroom.KilledReader;

/// <summary>What is read: two secrets of one bundle, one of another, and one that the declaration does not hold.</summary>
public static class ReadNames
{
    public static readonly SecretName[] All =
    [
        SecretName.Parse("pair/first"),
        SecretName.Parse("pair/second"),
        SecretName.Parse("lone/secret"),
        SecretName.Parse("not/declared"),
    ];

    internal static readonly SecretName[] Declared = All[..Undeclared];

    internal const int Undeclared = 3;

    public const string Declaration = """
        {
          "service": "killed_reader",
          "secrets": [
            { "name": "pair/first", "at": "pair/both#first", "bundle": "pair" },
            { "name": "pair/second", "at": "pair/both#second", "bundle": "pair" },
            { "name": "lone/secret" },
            { "name": "database/password", "required": false }
          ]
        }
        """;
}
