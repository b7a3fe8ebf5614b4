using Microsoft.AspNetCore.WebUtilities;

namespace Strongroom.Testing;

/// <summary>An error page as nginx or a company's proxy serves it.</summary>
internal static class HtmlPageFault
{
    public static Fault Of(int status)
    {
        var title = $"{status} {ReasonPhrases.GetReasonPhrase(status)}";
        var page =
            $"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
            + "<hr><center>proxy</center>\r\n</body>\r\n</html>\r\n";
        (string, string) type = ("Content-Type", "text/html");
        return status == 407
            ? Fault.Status(status, page, type, ("Proxy-Authenticate", "Basic realm=\"proxy\""))
            : Fault.Status(status, page, type);
    }
}
