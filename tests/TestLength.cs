/// <summary>
/// How often a test that is long by nature repeats itself: a share in <c>make test</c>, the whole in <c>make test-long</c>, which
/// runs the tests with <c>[Trait("length", "long")]</c>.
/// </summary>
internal static class TestLength
{
    private static readonly bool s_isWhole = Environment.GetEnvironmentVariable("TEST_LENGTH") == "long";

    internal static int Of(int whole, int share) => s_isWhole ? whole : share;
}
