namespace Strongroom.Testing.Vault;

/// <summary><c>sys/wrapping</c>.</summary>
internal sealed class SystemWrapping(VaultCore core)
{
    // The token that unwraps comes as the caller's own or in the body. Checked here, so that a used one is distinguished from
    // a denied one.
    public static bool IsOpen(string rest) => rest is "wrapping/lookup" or "wrapping/unwrap" or "wrapping/rewrap";

    public VaultResponse Handle(VaultRequest request)
    {
        var given = request.Fields.Text("token");
        switch (request.Rest, request.Operation)
        {
            case ("wrapping/wrap", Operation.Update):
                if (request.WrapTtl is null)
                    throw VaultRefusal.BadRequest("endpoint requires response wrapping to be used");
                return VaultResponse.Of((System.Text.Json.Nodes.JsonObject)request.Fields.Body.DeepClone());
            case ("wrapping/lookup", Operation.Update or Operation.Read):
                return core.Wrapping.Lookup(given.Length > 0 ? given : request.ClientToken);
            case ("wrapping/unwrap", Operation.Update):
                SpendCaller(request, given);
                return core.Wrapping.Unwrap(given.Length > 0 ? given : request.ClientToken);
            case ("wrapping/rewrap", Operation.Update):
                SpendCaller(request, given);
                return core.Wrapping.Rewrap(given.Length > 0 ? given : request.ClientToken, request.Namespace);
            default:
                throw VaultRefusal.UnsupportedOperation();
        }
    }

    // A token in the body needs a caller, and asking costs the caller a use: the same token as both is spent before it unwraps.
    private void SpendCaller(VaultRequest request, string given)
    {
        if (given.Length == 0)
            return;
        var caller = core.Tokens.Authenticate(request.ClientToken, core.Release);
        if (
            !caller.IsRoot
            && !caller.Policies.Contains(WrappingStore.PolicyName)
            && !AccessList.Of(caller).Allows(Operation.Update, request.Path, sudo: false)
        )
            throw VaultRefusal.DeniedByPolicy();
    }
}
