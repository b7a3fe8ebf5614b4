using System.Text.Json.Serialization;

namespace Strongroom.Audit;

[JsonSerializable(typeof(InstanceRow))]
internal sealed partial class JournalJson : JsonSerializerContext;
