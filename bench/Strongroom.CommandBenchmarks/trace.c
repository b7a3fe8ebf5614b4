// For x86-64. Prints the functions of a program in the order in which a run of it first enters them.
//   nm PROGRAM | trace PROGRAM ARGUMENT... 2> names
// Each function begins with a breakpoint, which is taken away when it is met.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

struct function
{
    unsigned long at;
    unsigned char first;
    char met;
    char *name;
};

static struct function *functions;
static size_t count;

static int by_address(const void *a, const void *b)
{
    unsigned long left = ((const struct function *)a)->at, right = ((const struct function *)b)->at;
    return left < right ? -1 : left > right;
}

static void read_functions(void)
{
    char *line = NULL, kind, name[4096];
    size_t size = 0;
    unsigned long at;
    while (getline(&line, &size, stdin) > 0) {
        if (sscanf(line, "%lx %c %4095s", &at, &kind, name) != 3 || (kind != 't' && kind != 'T'))
            continue;
        functions = realloc(functions, (count + 1) * sizeof *functions);
        functions[count++] = (struct function){ at, 0, 0, strdup(name) };
    }
    free(line);
    qsort(functions, count, sizeof *functions, by_address);
}

static unsigned long base_of(pid_t child)
{
    char path[64];
    unsigned long base = 0;
    snprintf(path, sizeof path, "/proc/%d/maps", child);
    FILE *maps = fopen(path, "r");
    if (!maps || fscanf(maps, "%lx", &base) != 1)
        exit(1);
    fclose(maps);
    return base;
}

int main(int argc, char **argv)
{
    int status;
    char path[64];
    if (argc < 2)
        return 2;
    read_functions();
    pid_t child = fork();
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        execv(argv[1], argv + 1);
        _exit(127);
    }
    waitpid(child, &status, 0);
    ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL);
    unsigned long base = base_of(child);
    snprintf(path, sizeof path, "/proc/%d/mem", child);
    int memory = open(path, O_RDWR);
    for (size_t i = 0; i < count; i++) {
        // A name for the same place as another's is met with it.
        if (i > 0 && functions[i].at == functions[i - 1].at)
            continue;
        pread(memory, &functions[i].first, 1, base + functions[i].at);
        pwrite(memory, "\xcc", 1, base + functions[i].at);
    }
    ptrace(PTRACE_CONT, child, 0, 0);
    for (pid_t thread; (thread = waitpid(-1, &status, __WALL)) > 0;) {
        int signal = WIFSTOPPED(status) ? WSTOPSIG(status) : 0;
        if (!signal) {
            if (thread == child)
                break;
            continue;
        }
        if (signal == SIGTRAP && status >> 16 == 0) {
            struct user_regs_struct registers;
            ptrace(PTRACE_GETREGS, thread, 0, &registers);
            struct function key = { registers.rip - 1 - base, 0, 0, NULL };
            struct function *found = bsearch(&key, functions, count, sizeof *functions, by_address);
            while (found && found > functions && found[-1].at == key.at)
                found--;
            if (found) {
                if (!found->met) {
                    pwrite(memory, &found->first, 1, base + key.at);
                    found->met = 1;
                    for (struct function *name = found; name < functions + count && name->at == key.at; name++)
                        fprintf(stderr, "%s\n", name->name);
                }
                registers.rip--;
                ptrace(PTRACE_SETREGS, thread, 0, &registers);
                ptrace(PTRACE_CONT, thread, 0, 0);
                continue;
            }
        }
        ptrace(PTRACE_CONT, thread, 0, signal == SIGSTOP || signal == SIGTRAP ? 0 : signal);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
