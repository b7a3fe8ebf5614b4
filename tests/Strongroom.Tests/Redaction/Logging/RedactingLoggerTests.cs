#pragma warning disable CA1848 // The calls that people write are what is tested.
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Strongroom.Redaction;
using Strongroom.Redaction.Logging;

namespace Strongroom.Tests.Redaction.Logging;

public sealed partial class RedactingLoggerTests : IDisposable
{
    private readonly string _secret = RandomSecret.Text();
    private readonly KnownValues _known = new();
    private readonly SecretRedactor _redactor;
    private readonly StructuredLoggerProvider _provider = new();
    private readonly RedactingLoggerFactory _factory;
    private readonly ILogger _logger;

    public RedactingLoggerTests()
    {
        _redactor = new SecretRedactor(_known);
        _known.Add(SecretValue.FromText(_secret));
        var inner = LoggerFactory.Create(logging =>
            logging
                .SetMinimumLevel(LogLevel.Trace)
                .Configure(options =>
                    options.ActivityTrackingOptions =
                        ActivityTrackingOptions.TraceId | ActivityTrackingOptions.Tags | ActivityTrackingOptions.Baggage
                )
        );
        _factory = new RedactingLoggerFactory(inner, _redactor, []);
        _factory.AddProvider(_provider);
        _logger = _factory.CreateLogger("category");
    }

    public void Dispose() => _factory.Dispose();

    private StructuredLoggerProvider.Line Only()
    {
        var line = Assert.Single(_provider.Lines);
        Assert.DoesNotContain(_secret, line.All, StringComparison.Ordinal);
        return line;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Order {OrderId} of {Quantity} sent with {Detail}")]
    private static partial void OrderSent(ILogger logger, string orderId, int quantity, object detail);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Order {OrderId} of {Quantity} done")]
    private static partial void OrderDone(ILogger logger, string orderId, int quantity);

    [Fact]
    public void Log_message_and_argument_are_hidden_and_the_rest_is_kept()
    {
        _logger.LogInformation("Key {Key} for {Count} orders at {When}", _secret, 3, DateTimeOffset.UnixEpoch);
        var line = Only();
        Assert.StartsWith("Key *** for 3 orders at ", line.Message, StringComparison.Ordinal);
        Assert.Equal(["Key", "Count", "When", "{OriginalFormat}"], line.Arguments.Select(pair => pair.Key));
        Assert.Equal("***", line.Arguments[0].Value);
        Assert.Equal(3, line.Arguments[1].Value);
        Assert.Equal(DateTimeOffset.UnixEpoch, line.Arguments[2].Value);
        Assert.Equal("Key {Key} for {Count} orders at {When}", line.Arguments[3].Value);
        Assert.Equal(line.Message, line.State!.ToString());
    }

    [Fact]
    public void Log_generated_message_is_hidden()
    {
        OrderSent(_logger, "o-1", 100, new Uri($"https://user:{_secret}@host/"));
        var line = Only();
        Assert.Equal("Order o-1 of 100 sent with https://user:***@host/", line.Message);
        Assert.Contains(line.Arguments, pair => pair is { Key: "Quantity", Value: 100 });
        Assert.Contains(line.Arguments, pair =>
            pair is { Key: "{OriginalFormat}", Value: "Order {OrderId} of {Quantity} sent with {Detail}" }
        );
    }

    [Fact]
    public void Log_defined_message_is_hidden()
    {
        LoggerMessage.Define<string>(LogLevel.Warning, new EventId(7, "Named"), "With {Key}")(_logger, _secret, null);
        Assert.Equal("With ***", Only().Message);
    }

    [Fact]
    public void Log_value_interpolated_into_the_template_is_hidden_there_too()
    {
#pragma warning disable CA2254 // The mistake that must not leak.
        _logger.LogInformation($"Key {_secret}");
#pragma warning restore CA2254
        Assert.Equal("Key ***", Only().Arguments[^1].Value);
    }

    [Fact]
    public void Log_clean_argument_is_the_same_object()
    {
        var detail = new List<string> { "a", "b" };
        OrderSent(_logger, "o-1", 1, detail);
        Assert.Same(detail, Only().Arguments.Single(pair => pair.Key == "Detail").Value);
    }

    [Fact]
    public void Log_secret_value_is_the_mask()
    {
        OrderSent(_logger, "o-1", 1, SecretValue.FromText(RandomSecret.Text(5)));
        Assert.Equal("***", Only().Arguments.Single(pair => pair.Key == "Detail").Value);
    }

    [Fact]
    public void Log_collections_are_looked_into()
    {
        foreach (
            object detail in (object[])
                [
                    new[] { "a", _secret },
                    new List<object> { new[] { _secret } },
                    new Dictionary<string, string> { ["k"] = _secret },
                    new HashSet<string> { _secret },
                    new Dictionary<string, object> { [_secret] = 1 },
                ]
        )
        {
            _provider.Lines.Clear();
            OrderSent(_logger, "o-1", 1, detail);
            Only();
        }
    }

    [Fact]
    public void Log_collection_that_holds_itself_ends()
    {
        var detail = new List<object>();
        detail.Add(detail);
        _logger.Log(LogLevel.Information, default, new KeyValuePair<string, object?>[] { new("x", detail) }, null, (_, _) => "m");
        Assert.Equal("m", Assert.Single(_provider.Lines).Message);
    }

    [Fact]
    public void Log_guid_that_is_a_known_value_is_hidden()
    {
        var id = Guid.NewGuid();
        _known.Add(SecretValue.FromText(id.ToString()));
        OrderSent(_logger, "o-1", 1, id);
        Assert.DoesNotContain(id.ToString(), Only().All, StringComparison.Ordinal);
    }

    [Fact]
    public void Log_argument_named_as_a_credential_is_hidden_whatever_it_is()
    {
        _logger.LogInformation("Login {User} {Password} {HasPassword}", "bob", "pa55", true);
        var line = Only();
        Assert.Equal("bob", line.Arguments[0].Value);
        Assert.Equal("***", line.Arguments[1].Value);
        Assert.Equal(true, line.Arguments[2].Value);
    }

    [Fact]
    public void Log_state_of_any_type_keeps_its_structure()
    {
        KeyValuePair<string, object?>[] state = [new("Key", _secret), new("Count", 3)];
        _logger.Log(LogLevel.Information, default, state, null, static (pairs, _) => $"{pairs[0].Value} of {pairs[1].Value}");
        var line = Only();
        Assert.Equal("*** of 3", line.Message);
        Assert.Equal([new("Key", "***"), new("Count", 3)], line.Arguments);
    }

    [Fact]
    public void Log_states_without_structure_are_hidden()
    {
        _logger.Log(LogLevel.Information, default, "text " + _secret, null, static (text, _) => text);
        _logger.Log<object?>(LogLevel.Information, new EventId(1, _secret), null, null, static (_, _) => "nothing");
        _logger.Log(LogLevel.Information, default, 17, null, (number, _) => _secret + number);
        Assert.Equal(["text ***", "nothing", "***17"], _provider.Lines.Select(line => line.Message));
        Assert.All(_provider.Lines, line => Assert.DoesNotContain(_secret, line.All, StringComparison.Ordinal));
    }

    [Fact]
    public void Log_exception_without_a_secret_is_passed_untouched()
    {
        var exception = new InvalidOperationException("plain", new AggregateException(new TimeoutException("late")));
        _logger.LogError(exception, "failed");
        Assert.Same(exception, Only().Exception);
    }

    [Fact]
    public void Log_exception_with_a_secret_keeps_type_stack_and_chain()
    {
        var thrown = Thrown(new InvalidOperationException($"outer {_secret}", Thrown(new TimeoutException("late"))));
        _logger.LogError(thrown, "failed");
        var redacted = Assert.IsType<RedactedException>(Only().Exception);
        Assert.Equal("outer ***", redacted.Message);
        Assert.Equal(typeof(InvalidOperationException).FullName, redacted.TypeName);
        Assert.Equal(thrown.StackTrace, redacted.StackTrace);
        Assert.Contains("System.InvalidOperationException: outer ***", redacted.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(Thrown), redacted.ToString(), StringComparison.Ordinal);
        Assert.Same(thrown.InnerException, redacted.InnerException);
    }

    [Fact]
    public void Log_secret_anywhere_in_a_chain_is_hidden()
    {
        var data = new InvalidOperationException("data");
        data.Data["key"] = _secret;
        var key = new InvalidOperationException("key");
        key.Data[_secret] = 1;
        Exception[] all =
        [
            data,
            key,
            new InvalidOperationException("x", new InvalidOperationException("y", new TimeoutException(_secret))),
            new AggregateException(new TimeoutException("a"), new TimeoutException("b", new TimeoutException(_secret))),
            new UnspeakableException(_secret),
            new InvalidOperationException("x", data),
            new InvalidOperationException("password=" + _secret),
            new HttpRequestException($"GET https://u:{_secret}@host"),
        ];
        foreach (var exception in all)
        {
            _provider.Lines.Clear();
            _logger.LogError(exception, "failed");
            for (
                var link = Assert.IsType<RedactedException>(Only().Exception) as Exception;
                link is not null;
                link = link.InnerException
            )
            {
                Assert.DoesNotContain(_secret, link.ToString() + link.Message, StringComparison.Ordinal);
                Assert.DoesNotContain(link.Data.Keys.Cast<object>().Concat(link.Data.Values.Cast<object>()), item =>
                    item.Equals(_secret)
                );
            }
        }
    }

    [Fact]
    public void Log_aggregate_keeps_every_inner_exception()
    {
        _logger.LogError(new AggregateException(new TimeoutException("a"), new TimeoutException(_secret)), "failed");
        var redacted = Assert.IsType<RedactedException>(Only().Exception);
        Assert.Equal(["a", "***"], redacted.InnerExceptions.Select(inner => inner.Message));
    }

    [Fact]
    public void Log_exception_as_an_argument_is_hidden()
    {
        OrderSent(_logger, "o-1", 1, new InvalidOperationException(_secret));
        Assert.IsType<RedactedException>(Only().Arguments.Single(pair => pair.Key == "Detail").Value);
    }

    [Fact]
    public void Log_long_chain_ends()
    {
        var exception = new InvalidOperationException(_secret);
        for (var link = 0; link < 100; link++)
            exception = new InvalidOperationException("x", exception);
        _logger.LogError(exception, "failed");
        Only();
    }

    [Fact]
    public void BeginScope_every_kind_is_hidden_and_keeps_its_shape()
    {
        using (_logger.BeginScope("scope " + _secret))
        using (_logger.BeginScope("Order {Id} {Key}", 7, _secret))
        using (_logger.BeginScope(new Dictionary<string, object?> { ["Key"] = _secret, ["Id"] = 7 }))
        using (_logger.BeginScope(new KeyValuePair<string, object?>("k", _secret)))
            _logger.LogInformation("m");
        var scopes = Only().Scopes;
        Assert.Equal("scope ***", scopes[0]);
        Assert.Equal("Order 7 ***", scopes[1]!.ToString());
        Assert.Contains(Assert.IsAssignableFrom<IReadOnlyList<KeyValuePair<string, object?>>>(scopes[1]), pair =>
            pair is { Key: "Id", Value: 7 }
        );
        Assert.Equal(2, Assert.IsAssignableFrom<IEnumerable<KeyValuePair<string, object?>>>(scopes[2]).Count());
        Assert.Equal("[k, ***]", scopes[3]!.ToString());
    }

    [Fact]
    public void BeginScope_value_that_becomes_known_later_is_hidden()
    {
        var later = RandomSecret.Text();
        using (_logger.BeginScope("scope " + later))
        using (_logger.BeginScope("Order {Key}", later))
        {
            _known.Add(SecretValue.FromText(later));
            _logger.LogInformation("m");
        }
        Assert.DoesNotContain(later, Only().All, StringComparison.Ordinal);
    }

    [Fact]
    public void Activity_tags_and_baggage_are_hidden()
    {
        using var activity = new Activity("work")
            .AddTag("url", "https://u:" + _secret + "@h")
            .AddTag("n", 1)
            .AddBaggage("who", _secret)
            .Start();
        _logger.LogInformation("m");
        var line = Only();
        Assert.Contains(activity.TraceId.ToString(), line.All, StringComparison.Ordinal);
        Assert.Contains("who=***", line.All, StringComparison.Ordinal);
        Assert.Contains("n=1", line.All, StringComparison.Ordinal);
    }

    [Fact]
    public void Log_clean_line_costs_one_small_object_more_than_without()
    {
        const int calls = 100;
        const int state = 64;
        using var bare = LoggerFactory.Create(logging => logging.AddProvider(new FormattingLoggerProvider()));
        using var wrapped = new RedactingLoggerFactory(
            LoggerFactory.Create(logging => logging.AddProvider(new FormattingLoggerProvider())),
            _redactor,
            []
        );
        var (plain, redacting) = (bare.CreateLogger("c"), wrapped.CreateLogger("c"));
        var without = Allocations.LeastOf(() => OrderDone(plain, "o-17", 100));
        Assert.True(without > 0, "a formatted line allocates its text");
        Assert.InRange(Allocations.LeastOf(() => OrderDone(redacting, "o-17", 100)) - without, 0, calls * state);
        Assert.Equal(
            0,
            Allocations.LeastOf(() =>
                _redactor.Redact("A line of some length, with order=17 and url=https://host:443/x, and nothing to hide")
            )
        );
    }

    [Fact]
    public void Log_disabled_level_formats_nothing()
    {
        using var factory = new RedactingLoggerFactory(
            LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Error).AddProvider(_provider)),
            _redactor,
            []
        );
        var logger = factory.CreateLogger("c");
        Assert.False(logger.IsEnabled(LogLevel.Warning));
        logger.Log(LogLevel.Warning, default, 0, new UnspeakableException(""), (_, _) =>
            throw new InvalidOperationException("formatted")
        );
        Assert.Empty(_provider.Lines);
    }

    private static TException Thrown<TException>(TException exception)
        where TException : Exception
    {
        try
        {
            throw exception;
        }
        catch (TException caught)
        {
            return caught;
        }
    }

    private sealed class UnspeakableException(string message) : Exception(message)
    {
        public override string ToString() => throw new NotSupportedException();
    }

    /// <summary>Formats each line and throws the text away, as a text provider with nowhere to write.</summary>
    private sealed class FormattingLoggerProvider : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => formatter(state, exception);

        public void Dispose() { }
    }
}
