namespace Strongroom.Aws;

/// <summary>Adds AWS Secrets Manager to a host.</summary>
public static class StrongroomBuilderExtensions
{
    /// <summary>
    /// Makes <c>SECRET_BACKEND=aws</c> known: secrets in AWS Secrets Manager, reached as the AWS SDK reaches its services.
    /// Nothing of it is made, read or validated unless that backend is picked.
    /// </summary>
    /// <param name="builder">What <c>AddStrongroom</c> gave.</param>
    /// <param name="configure">Changes settings in code, after they were read and before they are validated.</param>
    /// <exception cref="SecretConfigurationException">At the host's start: settings named on <see cref="AwsOptions"/> are
    /// wrong.</exception>
    public static IStrongroomBuilder AddAws(this IStrongroomBuilder builder, Action<AwsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddBackend(AwsDefaults.BackendName, context => AwsBackend.Create(context, configure));
    }
}
