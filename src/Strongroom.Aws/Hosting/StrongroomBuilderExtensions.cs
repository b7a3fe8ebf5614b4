namespace Strongroom.Aws;

/// <summary>Adds AWS Secrets Manager to a host.</summary>
public static class StrongroomBuilderExtensions
{
    /// <summary>
    /// Registers <c>SECRET_BACKEND=aws</c>: secrets in AWS Secrets Manager, reached as the AWS SDK reaches its services.
    /// Nothing of it is created, read or validated unless that backend is selected.
    /// </summary>
    /// <param name="builder">The builder that <c>AddStrongroom</c> returned.</param>
    /// <param name="configure">Changes settings in code, after they are read and before they are validated.</param>
    /// <exception cref="SecretConfigurationException">At the host's start: settings named on <see cref="AwsOptions"/> are
    /// wrong.</exception>
    public static IStrongroomBuilder AddAws(this IStrongroomBuilder builder, Action<AwsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddBackend(AwsDefaults.BackendName, context => AwsBackend.Create(context, configure));
    }
}
