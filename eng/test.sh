#!/usr/bin/env bash
# Builds everything and runs the test projects, two at a time. The last line is 'N passed, N failed, N skipped'; the failed tests
# and what they said come before it. 'eng/test.sh long' runs the tests that are long by nature, in full, and the soak.
set -uo pipefail
cd "$(dirname "$0")/.."

results=artifacts/test-results

# Runs one project, prints its summary, and takes its mark away where it has passed.
run() {
    local project=$1 folder=$results/$1 log=$results/$1.log mark=$results/$1.failed arguments=()
    if [ "${TEST_LENGTH:-}" = long ]; then
        arguments=(--filter-trait length=long)
    else
        arguments=(--coverage --coverage-output-format cobertura --coverage-output "$project.cobertura.xml"
            --coverage-settings eng/coverage.xml)
    fi
    timeout --kill-after=30 "${TEST_LIMIT:-900}" dotnet test --no-build --project "tests/$project" --results-directory "$folder" \
        --report-trx --report-trx-filename "$project.trx" "${arguments[@]}" >"$log" 2>&1
    local exit=$?
    if [ "$exit" -eq 0 ]; then rm "$mark"; else echo "$exit" >"$mark"; fi
    echo "== $project"$'\n'"$(grep -vE '^(Running tests from|  from |Exit code|  In process|    - |$)' "$log" | tail -n 200)"
}

if [ "${1:-}" = run ]; then
    run "$2"
    exit 0
fi

give_up() { echo "$1"; echo "0 passed, 1 failed"; exit 1; }

eng/peers.sh install || [ "${CI:-}" != true ] || give_up "A peer is missing."
rm -rf "$results" && mkdir -p "$results"
dotnet build Strongroom.slnx --nologo --verbosity quiet || give_up "The build failed."
# What is delivered is tested too: the command, a native service, and the platform's services compiled ReadyToRun.
eng/strongroom.sh || give_up "The command was not published."
dotnet publish tests/Strongroom.NativeService -p:NativeDebugSymbols=false --configuration Release --nologo --verbosity quiet ||
    give_up "The native service was not published."
dotnet build eng/services.proj --nologo --verbosity quiet || give_up "The services were not published."
export TEST_PROGRAMS=$PWD/artifacts/publish
dotnet tool restore --verbosity quiet >/dev/null || give_up "dotnet tool restore failed."

# The longest first, so that the two lanes end together.
projects=(PaperRun.Tests Strongroom.Storage.Tests Repository.Tests Strongroom.Aws.Tests Strongroom.Testing.Tests Strongroom.Tests)
for project in tests/*.Tests; do
    name=$(basename "$project")
    [[ " ${projects[*]} " == *" $name "* ]] || projects+=("$name")
done
if [ "${1:-}" = long ]; then
    export TEST_LENGTH=long TEST_LIMIT=1800
    mapfile -t projects < <(
        for name in "${projects[@]}"; do
            grep -rq --include='*.cs' 'Trait("length", "long")' "tests/$name" && echo "$name"
        done
    )
fi
for project in "${projects[@]}"; do echo killed >"$results/$project.failed"; done
printf '%s\n' "${projects[@]}" | xargs -P 2 -I '{}' eng/test.sh run '{}'

count() {
    cat "$results"/*/*.trx 2>/dev/null | grep -oE "<Counters [^>]*" | grep -oE " $1=\"[0-9]+\"" |
        awk -F'"' '{ sum += $2 } END { print sum + 0 }'
}
total=$(count total); passed=$(count passed); failed=$(count failed)
skipped=$((total - passed - failed))

# A project that crashed, hung or was never run has no failed test that says so, and counts as one.
fail() { failed=$((failed + 1)); echo "failed $1" >>"$results/ended"; }
shopt -s nullglob
for mark in "$results"/*.failed; do
    log=${mark%.failed}.log
    grep -qs '^failed ' "$log" && continue
    fail "$(basename "$mark" .failed): exit code $(cat "$mark")"
    grep -vs '^$' "$log" | tail -n 2 | sed 's/^/  /' >>"$results/ended"
done

if [ "${1:-}" = long ]; then
    if make --no-print-directory soak ARGS="--burners 4"; then passed=$((passed + 1)); else fail "make soak"; fi
else
    dotnet tool run reportgenerator "-reports:$results/**/*.cobertura.xml" "-targetdir:$results/coverage" \
        -reporttypes:TextSummary "-assemblyfilters:+Strongroom;+Strongroom.*;-*.Tests" >/dev/null 2>&1
    sed -n '/Line coverage:/p; /^Strongroom/p' "$results/coverage/Summary.txt" 2>/dev/null
    coverage=$(sed -n 's/.*Line coverage: \([0-9]*\).*/\1/p' "$results/coverage/Summary.txt" 2>/dev/null)
    [ "${coverage:-0}" -ge 90 ] || fail "Line coverage is ${coverage:-unknown} %; at least 90 % is asked for."
fi

# Whoever looks at CI sees the end of the output.
for log in "$results"/*.log; do
    awk 'function tell() { if (text != "") print "  " substr(text, 1, 400); text = "" }
        /^failed / { tell(); print; said = 1; next }
        !said || /^  from / { next }
        /^    at / || !/^  / { tell(); said = 0; next }
        { sub(/^ +/, ""); text = text (text == "" ? "" : " | ") $0 }
        END { tell() }' "$log"
done
cat "$results/ended" 2>/dev/null
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
