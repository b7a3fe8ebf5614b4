namespace Strongroom.Bundles;

/// <summary>What a stored value must be before it is used: something, and long enough to be hidden in a text.</summary>
internal static class ValueRules
{
    internal static SecretConfigurationException? Check(
        SecretBundle bundle,
        IReadOnlyList<SecretValue> values,
        int shortest,
        string backend
    )
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i].ByteCount == 0)
                return Fault(bundle.Secrets[i].Name, "is empty", backend);
            if (values[i].ByteCount < shortest)
                return Fault(
                    bundle.Secrets[i].Name,
                    $"is shorter than {shortest} bytes, so it could be guessed and not be hidden in logs",
                    backend
                );
        }
        return null;
    }

    private static SecretConfigurationException Fault(SecretName name, string what, string backend) =>
        new(
            SecretErrorCode.ValueInvalid,
            $"The value of '{name}' in the {backend} backend {what}. Write a proper one.",
            name,
            backend
        );
}
