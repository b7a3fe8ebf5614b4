using Strongroom.Env;

namespace Strongroom.Cli.Running;

/// <summary>
/// Variables that make a loader, a runtime, a shell or a tool do something: permission to write a secret must not be
/// permission to run code in the child.
/// </summary>
internal static class ForbiddenVariables
{
    private static readonly string[] s_prefixes =
    [
        "PYTHON",
        "PERL5",
        "BASH_",
        "GIT_CONFIG",
        "NPM_CONFIG_",
        "MALLOC_",
        "GLIBC_",
        "GCONV_",
    ];

    private static readonly string[] s_names =
    [
        "BASHOPTS",
        "SHELLOPTS",
        "PROMPT_COMMAND",
        "PS0",
        "PS1",
        "PS2",
        "PS4",
        "CDPATH",
        "FPATH",
        "GLOBIGNORE",
        "ZDOTDIR",
        "NODE_OPTIONS",
        "NODE_PATH",
        "NODE_EXTRA_CA_CERTS",
        "NODE_TLS_REJECT_UNAUTHORIZED",
        "BUN_OPTIONS",
        "JAVA_TOOL_OPTIONS",
        "JAVA_OPTS",
        "JAVA_HOME",
        "JDK_JAVA_OPTIONS",
        "_JAVA_OPTIONS",
        "CLASSPATH",
        "MAVEN_OPTS",
        "GRADLE_OPTS",
        "PERLLIB",
        "PERLDB",
        "RUBYOPT",
        "RUBYLIB",
        "PHPRC",
        "PHP_INI_SCAN_DIR",
        "LUA_PATH",
        "LUA_CPATH",
        "LUA_INIT",
        "GOFLAGS",
        "GODEBUG",
        "GOROOT",
        "GOPATH",
        "R_PROFILE",
        "R_ENVIRON",
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_ASKPASS",
        "GIT_EDITOR",
        "GIT_PAGER",
        "GIT_EXEC_PATH",
        "GIT_EXTERNAL_DIFF",
        "GIT_PROXY_COMMAND",
        "GIT_TEMPLATE_DIR",
        "EDITOR",
        "VISUAL",
        "PAGER",
        "MANPAGER",
        "BROWSER",
        "LESSOPEN",
        "LESSCLOSE",
        "SSH_ASKPASS",
        "SUDO_ASKPASS",
        "MAKEFLAGS",
        "DOCKER_HOST",
        "KUBECONFIG",
        "TERMINFO",
        "TERMCAP",
        "HOSTALIASES",
        "RES_OPTIONS",
        "LOCALDOMAIN",
        "NIS_PATH",
        "OPENSSL_CONF",
        "OPENSSL_MODULES",
        "OPENSSL_ENGINES",
        "KRB5_CONFIG",
    ];

    /// <summary>Login credentials: only <c>--env</c> may set them from a secret, never a name alone.</summary>
    private static readonly string[] s_logins =
    [
        "VAULT_TOKEN",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
    ];

    internal static bool IsLogin(string variable) => s_logins.Contains(variable, StringComparer.Ordinal);

    internal static bool Contains(string variable) =>
        EnvVariable.IsReserved(variable)
        || s_names.Contains(variable, StringComparer.Ordinal)
        || s_prefixes.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal));
}
