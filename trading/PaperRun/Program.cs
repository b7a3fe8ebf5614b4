using System.CommandLine;
using PaperRun;
using Strongroom.Testing;

return args switch
{
    ["broker", .. var rest] => await PaperBrokerProgram.RunAsync(rest),
    ["vault", .. var rest] => await VaultServerProgram.RunAsync(rest),
    ["aws", .. var rest] => await SecretsManagerServerProgram.RunAsync(rest),
    _ => await PaperRunCommandLine
        .Create()
        .Parse(args)
        .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(40) }),
};
