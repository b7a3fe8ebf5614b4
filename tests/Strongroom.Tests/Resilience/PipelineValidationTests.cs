using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Polly;
using Strongroom.Resilience;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Resilience;

public class PipelineValidationTests
{
    [Fact]
    public void TryLeaveOut_is_possible_with_this_Polly()
    {
        var builder = new ResiliencePipelineBuilder<bool>();
        Assert.True(
            PipelineValidation.TryLeaveOut(builder),
            "This version of Polly has no ResiliencePipelineBuilderBase.Validator, or another one. All works without it; but "
                + "the first read of a process takes "
                + "milliseconds longer until PipelineValidation does what it is for in another way, or is removed."
        );
        builder.AddTimeout(TimeSpan.Zero).Build();
    }

    [Fact]
    public void Settings_are_what_Polly_takes()
    {
        var layer = new ResilienceLayer(
            new ProgrammableBackend(),
            new ResilienceSettings(),
            new FakeTimeProvider(),
            NullLogger.Instance
        );
        layer.Compose(new ResiliencePipelineBuilder<bool>(), "a").Build();

        var wrong = new ResilienceLayer(
            new ProgrammableBackend(),
            new ResilienceSettings { Attempt = TimeSpan.Zero },
            new FakeTimeProvider(),
            NullLogger.Instance
        );
        Assert.Throws<ValidationException>(() => wrong.Compose(new ResiliencePipelineBuilder<bool>(), "a"));
    }
}
