#!/usr/bin/env bash
# Runs every test project and sums up. The last line is 'N passed, N failed, N skipped'.
set -uo pipefail
cd "$(dirname "$0")/.."

eng/peers.sh install || { [ "${CI:-}" = true ] && { echo "A peer is missing." >&2; echo "0 passed, 1 failed"; exit 1; }; }

results=artifacts/test-results
rm -rf "$results" && mkdir -p "$results"

dotnet build Strongroom.slnx --nologo --verbosity quiet || { echo "The build failed."; echo "0 passed, 1 failed"; exit 1; }
# The published command is tested too; made here, since compiling it takes longer than a test should.
[ "${CI:-}" != true ] || eng/strongroom.sh || { echo "The command was not published."; echo "0 passed, 1 failed"; exit 1; }
dotnet tool restore --verbosity quiet >/dev/null || { echo "dotnet tool restore failed."; echo "0 passed, 1 failed"; exit 1; }

# One project after the other: two cores, and tests that start real servers and processes.
failed_projects=0
for project in tests/*.Tests; do
    name=$(basename "$project")
    echo "== $name"
    timeout --kill-after=30 900 dotnet test --no-build --project "$project" --results-directory "$results/$name" \
        --report-trx --report-trx-filename "$name.trx" \
        --coverage --coverage-output-format cobertura --coverage-output "$name.cobertura.xml" --coverage-settings eng/coverage.xml \
        >"$results/$name.log" 2>&1 || failed_projects=$((failed_projects + 1))
    grep -vE '^(Running tests from|  from |Exit code|  In process|    - |$)' "$results/$name.log" | tail -n 200
done

dotnet tool run reportgenerator "-reports:$results/**/*.cobertura.xml" "-targetdir:$results/coverage" -reporttypes:TextSummary \
    "-assemblyfilters:+Strongroom;+Strongroom.*;-*.Tests;-Strongroom.Peers;-Strongroom.Benchmarks" >/dev/null 2>&1
sed -n '/Line coverage:/p; /^Strongroom/p' "$results/coverage/Summary.txt" 2>/dev/null
coverage=$(sed -n 's/.*Line coverage: \([0-9]*\).*/\1/p' "$results/coverage/Summary.txt" 2>/dev/null)

count() { cat "$results"/*/*.trx 2>/dev/null | grep -oE "<Counters [^>]*" | grep -oE " $1=\"[0-9]+\"" | awk -F'"' '{ sum += $2 } END { print sum + 0 }'; }
total=$(count total); passed=$(count passed); failed=$(count failed)
skipped=$(( ${total:-0} - ${passed:-0} - ${failed:-0} ))
failed=${failed:-0}
# A project that crashed, hung or ran nothing has no counters that say so.
[ "$failed_projects" -gt "$failed" ] && failed=$failed_projects
if [ "${coverage:-0}" -lt 90 ]; then
    echo "Line coverage of src/ is ${coverage:-unknown} %; at least 90 % is asked for."
    failed=$((failed + 1))
fi
echo "${passed:-0} passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "${passed:-0}" -gt 0 ]
