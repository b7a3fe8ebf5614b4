using Microsoft.AspNetCore.Builder;
using Strongroom;
using Strongroom.Aws;
using Strongroom.Storage;
using Strongroom.Vault;

namespace Trading.ServiceDefaults;

/// <summary>The one place where a service says which backends and stores it can use.</summary>
internal static class StrongroomRegistration
{
    internal static void Add(WebApplicationBuilder builder) =>
        builder.Services.AddStrongroom(builder.Configuration).AddVault().AddAws().AddDatabase();
}
