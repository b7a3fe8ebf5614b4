// Runs a command once, its output going nowhere, and prints microseconds from fork to exit, microseconds of processor time, the
// largest resident set in KiB, and the exit code. In C, because a child's largest resident set begins with that of the process
// that forked it, and this one's is next to nothing.
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **words)
{
    struct timespec began, ended;
    struct rusage used;
    int status;
    if (count < 2)
        return 2;
    clock_gettime(CLOCK_MONOTONIC, &began);
    pid_t child = fork();
    if (child == 0) {
        dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
        execvp(words[1], words + 1);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &used) != child)
        return 1;
    clock_gettime(CLOCK_MONOTONIC, &ended);
    long micros = (ended.tv_sec - began.tv_sec) * 1000000 + (ended.tv_nsec - began.tv_nsec) / 1000;
    long busy = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
    printf("%ld %ld %ld %d\n", micros, busy, used.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 0;
}
