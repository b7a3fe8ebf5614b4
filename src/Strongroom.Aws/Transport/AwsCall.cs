using System.Security.Cryptography;
using Amazon.Runtime;
using Strongroom.Backends.Wire;

namespace Strongroom.Aws.Transport;

/// <summary>
/// One operation with its JSON. The SDK sends an array of exactly that length, so there is one, pinned, and zeroed at the end.
/// </summary>
internal sealed class AwsCall : AmazonWebServiceRequest, IDisposable
{
    internal AwsCall(string operation, ErasedBuffer body, SecretName? about = null)
    {
        Operation = operation;
        About = about;
        using (body)
        {
            Body = GC.AllocateUninitializedArray<byte>(body.Length, pinned: true);
            body.Written.Span.CopyTo(Body);
        }
    }

    /// <summary>The operation, as AWS names it.</summary>
    internal string Operation { get; }

    /// <summary>The secret that it is about, for the message of an error.</summary>
    internal SecretName? About { get; }

    internal byte[] Body { get; }

    /// <summary>Strongroom itself makes the attempts of reads, for every backend alike.</summary>
    internal bool IsRead => Operation is "GetSecretValue" or "BatchGetSecretValue";

    public void Dispose() => CryptographicOperations.ZeroMemory(Body);
}
