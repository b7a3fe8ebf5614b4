using System.Diagnostics.CodeAnalysis;
using Amazon.SecurityToken;
using Amazon.SSO;
using Amazon.SSOOIDC;

namespace Strongroom.Aws.Transport;

/// <summary>
/// The services that the SDK's credential chain asks: roles, web identities, SSO. It finds them by their names, so trimming must
/// leave them. To register clients of our own instead would make it forget the credentials that a role is assumed with.
/// </summary>
internal static class CredentialServices
{
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(AmazonSecurityTokenServiceClient))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(AmazonSecurityTokenServiceConfig))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(AmazonSSOClient))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(AmazonSSOConfig))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(AmazonSSOOIDCClient))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(AmazonSSOOIDCConfig))]
    internal static void Keep()
    {
        // The attributes are what it does.
    }
}
