using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Strongroom.Aws.Sdk;

namespace Strongroom.Aws.Transport;

/// <summary>A call as AWS's JSON protocol 1.1 has it: one URL, the operation in a header.</summary>
internal sealed class CallMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    internal static readonly CallMarshaller Instance = new();

    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var call = (AwsCall)input;
        var request = new DefaultRequest(call, SecretsManagerConfig.Service)
        {
            HttpMethod = "POST",
            ResourcePath = "/",
            Content = call.Body,
        };
        request.Headers["X-Amz-Target"] = $"{SecretsManagerConfig.Service}.{call.Operation}";
        request.Headers["Content-Type"] = "application/x-amz-json-1.1";
        return request;
    }
}
