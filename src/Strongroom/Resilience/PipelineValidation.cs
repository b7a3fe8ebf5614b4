using System.Runtime.CompilerServices;
using Polly;

namespace Strongroom.Resilience;

/// <summary>
/// Keeps Polly from checking options by reflection over their attributes, which costs the first read of a process some
/// milliseconds and much garbage. The options come from <see cref="ResilienceSettings"/> alone; a test has Polly check those.
/// </summary>
internal static class PipelineValidation
{
    private static readonly Action<object> s_nothing = static _ => { };

    /// <summary>False where this Polly lets nobody do so: then it checks, which is slower and no fault.</summary>
    internal static bool TryLeaveOut(ResiliencePipelineBuilderBase builder)
    {
        try
        {
            SetValidator(builder, s_nothing);
            return true;
        }
        catch (Exception e) when (e is MissingMemberException or TypeLoadException)
        {
            return false;
        }
    }

    // Not public. Its delegate takes a type that is not public either, which any delegate that takes an object stands in for.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Validator")]
    private static extern void SetValidator(
        ResiliencePipelineBuilderBase builder,
        [UnsafeAccessorType("System.Action`1[[Polly.ResilienceValidationContext, Polly.Core]]")] object validator
    );
}
