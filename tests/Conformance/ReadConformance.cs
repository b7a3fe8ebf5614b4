using Strongroom.Backends;

namespace Strongroom.Conformance;

/// <summary>Reads: values, versions, batches, what is missing, denied or out of reach.</summary>
public abstract class ReadConformance : BackendConformance
{
    [Fact]
    public void Name_is_one_word_in_lower_case_as_SECRET_BACKEND_takes_it() => Assert.Matches("^[a-z][a-z0-9_]*$", Backend.Name);

    [Fact]
    public void Capabilities_allow_a_batch_and_a_value_of_64_KiB()
    {
        Assert.True(Backend.Capabilities.BatchSize >= 1);
        Assert.True(Backend.Capabilities.MaxValueBytes >= 65_536);
    }

    [Fact]
    public async Task ReadAsync_of_a_written_secret_gives_its_value_and_the_receipt_s_version()
    {
        var text = NewValue();
        var receipt = await WriteAsync(Single, text);

        var answer = await ReadAsync(Single);

        Assert.Equal(text, TextOf(answer));
        Assert.Equal(receipt.Version, answer.Version);
        Assert.True(answer.IsAuthoritative);
    }

    [Fact]
    public async Task ReadAsync_twice_gives_the_same_version()
    {
        await WriteAsync(Single, NewValue());

        Assert.Equal((await ReadAsync(Single)).Version, (await ReadAsync(Single)).Version);
    }

    [Fact]
    public async Task ReadAsync_after_a_change_gives_another_version()
    {
        await WriteAsync(Single, NewValue());
        var before = await ReadAsync(Single);
        var text = NewValue();
        await WriteAsync(Single, text);

        var after = await ReadAsync(Single);

        Assert.Equal(text, TextOf(after));
        Assert.NotEqual(before.Version, after.Version);
    }

    [Fact]
    public async Task ReadAsync_by_another_process_gives_the_same_value_and_version()
    {
        var text = NewValue();
        await WriteAsync(Single, text);
        var another = Fixture.OpenAnother();
        try
        {
            var answer = Assert.Single(await another.ReadAsync([Request(Single)], Ct));

            Assert.Equal(text, TextOf(answer));
            Assert.Equal((await ReadAsync(Single)).Version, answer.Version);
        }
        finally
        {
            if (another is IAsyncDisposable disposable)
                await disposable.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("a value with spaces and 'quotes' \"of\" `each` kind")]
    [InlineData("#starts like a comment = and holds $SIGNS and \\backslashes\\n")]
    [InlineData("ends with a backslash\\")]
    [InlineData("Grüße, 日本語, 🔑 in UTF-8")]
    [InlineData("-----BEGIN SOMETHING-----\nof several\nlines\n-----END SOMETHING-----\n")]
    [InlineData("{\"looks\":\"like JSON\"}")]
    public async Task ReadAsync_gives_awkward_text_back_byte_for_byte(string text)
    {
        await WriteAsync(Single, text);

        Assert.Equal(text, await ReadTextAsync(Single));
    }

    [Fact]
    public async Task ReadAsync_gives_a_value_of_64_KiB_back()
    {
        var text = string.Concat(Enumerable.Range(0, 2048).Select(_ => NewValue()));
        await WriteAsync(Single, text);

        Assert.Equal(text, await ReadTextAsync(Single));
    }

    [Fact]
    public async Task ReadAsync_of_a_bundle_gives_its_values_in_the_order_asked_and_one_version()
    {
        var (id, key) = (NewValue(), NewValue());
        await WriteAsync(PairId, id);
        await WriteAsync(PairKey, key);

        var one = await ReadAsync(PairId, PairKey);
        var other = await ReadAsync(PairKey, PairId);

        Assert.Equal([id, key], one.Values!.Select(value => value.Reveal()));
        Assert.Equal([key, id], other.Values!.Select(value => value.Reveal()));
        Assert.Equal(one.Version, other.Version);
    }

    [Fact]
    public async Task ReadAsync_of_a_bundle_that_lacks_a_half_gives_no_half()
    {
        await WriteAsync(PairId, NewValue());

        var answer = await ReadAsync(PairId, PairKey);

        Assert.Null(answer.Values);
        Assert.IsType<SecretNotFoundException>(answer.Error);
    }

    [Fact]
    public async Task ReadAsync_of_a_batch_answers_each_on_its_own()
    {
        var (single, other) = (NewValue(), NewValue());
        await WriteAsync(Single, single);
        await WriteAsync(Other, other);
        SecretRequest[] requests = [Request(Single), Request(Absent), Request(Other)];

        var answers = new List<SecretReadResult>();
        foreach (var batch in requests.Chunk(Math.Min(3, Backend.Capabilities.BatchSize)))
            answers.AddRange(await Backend.ReadAsync(batch, Ct));

        Assert.Equal(requests, answers.Select(answer => answer.Request));
        Assert.Equal(single, TextOf(answers[0]));
        Assert.Equal(SecretErrorCode.Missing, answers[1].Error?.Code);
        Assert.Equal(other, TextOf(answers[2]));
    }

    [Theory]
    [InlineData(ReadPurpose.Get)]
    [InlineData(ReadPurpose.Refresh)]
    [InlineData(ReadPurpose.Rejected)]
    [InlineData(ReadPurpose.Probe)]
    public async Task ReadAsync_gives_the_same_for_each_purpose(ReadPurpose purpose)
    {
        var text = NewValue();
        await WriteAsync(Single, text);

        Assert.Equal(text, TextOf(await ReadAsync(new SecretRequest("single", [Single], purpose))));
    }

    [Fact]
    public async Task ReadAsync_by_many_at_once_gives_each_the_value()
    {
        var text = NewValue();
        await WriteAsync(Single, text);

        var texts = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => ReadTextAsync(Single), Ct)));

        Assert.All(texts, read => Assert.Equal(text, read));
    }

    [Fact]
    public async Task ReadAsync_of_an_absent_secret_is_missing_and_names_it()
    {
        var error = (await ReadAsync(Absent)).Error;

        Assert.Equal(SecretErrorCode.Missing, Assert.IsType<SecretNotFoundException>(error).Code);
        Assert.Equal(Absent.Name, error!.Name);
        Assert.Equal(Backend.Name, error.Backend);
        Assert.False(error.IsTransient);
        Assert.Contains("conf/absent", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_cancelled_throws_that() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Backend.ReadAsync([Request(Single)], new CancellationToken(canceled: true)).AsTask()
        );

    [Fact]
    public async Task ReadAsync_of_a_backend_out_of_reach_says_so_and_later_works_again()
    {
        var text = NewValue();
        await WriteAsync(Single, text);
        await Fixture.CutAsync();
        var cut = (await ReadAsync(Single)).Error;
        await Fixture.MendAsync();

        Assert.Equal(Fixture.CutCode, cut?.Code);
        Assert.Equal(cut is SecretUnavailableException, cut!.IsTransient);
        Assert.DoesNotContain(text, cut.ToString(), StringComparison.Ordinal);
        Assert.Equal(text, await ReadTextAsync(Single));
    }

    [Fact]
    public async Task ReadAsync_of_a_denied_secret_is_denied_and_not_missing()
    {
        var text = NewValue();
        await WriteAsync(Single, text);
        await Fixture.DenyAsync(Single);

        var error = (await ReadAsync(Single)).Error;

        Assert.Equal(Fixture.DeniedCode, error?.Code);
        Assert.False(error!.IsTransient);
        Assert.DoesNotContain(text, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_of_a_denied_secret_takes_no_other_along()
    {
        var other = NewValue();
        await WriteAsync(Single, NewValue());
        await WriteAsync(Other, other);
        await Fixture.DenyAsync(Single);

        Assert.False((await ReadAsync(Single)).Succeeded);
        var answer = await ReadAsync(Other);
        if (Fixture.DeniesSingly)
            Assert.Equal(other, TextOf(answer));
        else
            Assert.Equal(Fixture.DeniedCode, answer.Error?.Code);
    }
}
