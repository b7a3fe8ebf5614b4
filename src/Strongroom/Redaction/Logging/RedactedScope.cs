using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Strongroom.Redaction.Logging;

/// <summary>
/// A scope as providers see it. Redacted when it is read, not when it begins, since a value may become known in between; the
/// variants keep what a provider asks for: a list of pairs, pairs to enumerate, or a text.
/// </summary>
internal class RedactedScope
{
    private readonly SecretRedactor _redactor;
    private readonly object _scope;

    private RedactedScope(SecretRedactor redactor, object scope)
    {
        _redactor = redactor;
        _scope = scope;
    }

    [return: NotNullIfNotNull(nameof(scope))]
    internal static object? Around(SecretRedactor redactor, object? scope) =>
        scope switch
        {
            null or RedactedScope => scope,
            string text => redactor.Redact(text),
            IReadOnlyList<KeyValuePair<string, object?>> pairs => new PairList(redactor, pairs),
            IEnumerable<KeyValuePair<string, object?>> pairs => new Pairs(redactor, pairs),
            IEnumerable<KeyValuePair<string, string?>> pairs => new TextPairs(redactor, pairs),
            _ => new RedactedScope(redactor, scope),
        };

    public override string ToString() => _scope.ToString() is { } text ? _redactor.Redact(text) : "";

    private sealed class PairList(SecretRedactor redactor, IReadOnlyList<KeyValuePair<string, object?>> pairs)
        : RedactedScope(redactor, pairs),
            IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => pairs.Count;

        public KeyValuePair<string, object?> this[int index] => _redactor.Redact(pairs[index]);

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            for (var index = 0; index < pairs.Count; index++)
                yield return this[index];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class Pairs(SecretRedactor redactor, IEnumerable<KeyValuePair<string, object?>> pairs)
        : RedactedScope(redactor, pairs),
            IEnumerable<KeyValuePair<string, object?>>
    {
        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => pairs.Select(_redactor.Redact).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class TextPairs(SecretRedactor redactor, IEnumerable<KeyValuePair<string, string?>> pairs)
        : RedactedScope(redactor, pairs),
            IEnumerable<KeyValuePair<string, string?>>
    {
        public IEnumerator<KeyValuePair<string, string?>> GetEnumerator()
        {
            foreach (var (key, value) in pairs)
            {
                var pair = _redactor.Redact(new KeyValuePair<string, object?>(key, value));
                yield return new KeyValuePair<string, string?>(pair.Key, (string?)pair.Value);
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
