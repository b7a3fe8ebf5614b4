using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Strongroom.Cli.Output;

/// <summary>
/// The only file that prints. The rules for what it prints:
/// <list type="bullet">
/// <item>stdout is the result and nothing else: a value, lines, a table, or one line of JSON. Everything said about it is on
/// stderr.</item>
/// <item>An error is one line, <c>strongroom: what is wrong</c>, and a line with what to do, <c>hint: …</c>. With <c>--output
/// json</c> both are one JSON object.</item>
/// <item>No value is printed but by <see cref="Value"/> and the writer of <see cref="Json(Action{Utf8JsonWriter})"/>, which
/// <c>get</c> uses.</item>
/// <item>Piped, a table is one line a row, cells parted by tabs, no heading, no colour. NO_COLOR is obeyed.</item>
/// <item>What others wrote (names, details) loses its control characters first, so that no record drives a terminal; a value
/// shows them escaped there.</item>
/// <item>A reader that went away is no error; a result that could not be written is one.</item>
/// </list>
/// </summary>
internal sealed class Terminal(TerminalDevices devices)
{
    /// <summary>
    /// The width that every terminal has. Only a table asks for the true one: see <see cref="TerminalDevices.Width"/>.
    /// </summary>
    private const int Narrow = 80;

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private bool _showsProgress;

    /// <summary>Set once the command line is read.</summary>
    internal bool IsJson { get; set; }

    internal bool IsInputTerminal => devices.IsInputTerminal;

    internal bool IsOutputTerminal => devices.IsOutputTerminal;

    internal bool IsErrorTerminal => devices.IsErrorTerminal;

    internal TerminalDevices Devices => devices;

    /// <summary>One line of the result.</summary>
    internal void Line(string text) => Write(devices.Output, Clean(text) + "\n");

    /// <summary>A constant text of many lines, such as a completion script.</summary>
    internal void Text(string text) => Write(devices.Output, text);

    /// <summary>
    /// The value itself, byte by byte. On a terminal a line end follows, and what would drive the terminal is shown escaped.
    /// </summary>
    internal void Value(SecretValue value)
    {
        var isEscaped = value.Reveal(this, static (utf8, terminal) => terminal.WriteOut(utf8, isJson: false));
        if (IsOutputTerminal)
            Write(devices.Output, "\n");
        if (isEscaped)
            Note("the value contains control characters, which are shown escaped here; piped, it is unchanged");
    }

    /// <summary>The result as one line of JSON.</summary>
    internal void Json<T>(T shape, JsonTypeInfo<T> type) => Json(writer => JsonSerializer.Serialize(writer, shape, type));

    /// <summary>The result as one line of JSON, written by hand.</summary>
    internal void Json(Action<Utf8JsonWriter> write) => WriteJson(write, line => _ = WriteOut(line, isJson: true));

    /// <summary>What is known about one thing, a line each.</summary>
    internal void Facts(params ReadOnlySpan<(string Name, string Text)> facts)
    {
        foreach (var (name, text) in facts)
            Line($"{name, -9}{text}");
    }

    /// <summary>Rows of the result: a table for a person, lines with tabs for a pipe.</summary>
    internal void Table(IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (!IsOutputTerminal)
        {
            foreach (var row in rows)
                Write(devices.Output, string.Join('\t', row.Select(Clean)) + "\n");
            return;
        }
        rows = [.. rows.Select(row => (IReadOnlyList<string>)[.. row.Select(Clean)])];
        if (ColumnWidths.Of(headings, rows, devices.Width()) is not { } widths)
        {
            Stack(headings, rows);
            return;
        }
        var table = new Table().Border(TableBorder.Simple);
        for (var column = 0; column < headings.Count; column++)
            table.AddColumn(
                new TableColumn(new Text(headings[column], new Style(decoration: Decoration.Bold)))
                {
                    Width = widths[column],
                    Padding = new Padding(0, 0, 1, 0),
                }
            );
        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        Write(devices.Output, Render(table));
    }

    /// <summary>Where the columns do not fit side by side, each cell gets its own line, so that names stay whole.</summary>
    private void Stack(IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var indent = headings.Max(heading => heading.Length) + 2;
        var lines = new StringBuilder();
        foreach (var row in rows)
        {
            lines.Append(lines.Length == 0 ? "" : "\n");
            for (var column = 0; column < headings.Count; column++)
            {
                var cell = Wrapped(indent, row[column]).Replace("\n", "\n" + new string(' ', indent), StringComparison.Ordinal);
                lines.Append((headings[column].PadRight(indent) + cell).TrimEnd()).Append('\n');
            }
        }
        Write(devices.Output, lines.ToString());
    }

    /// <summary>A note about the result.</summary>
    internal void Note(string text) => Say(Wrapped("", Clean(text)) + "\n");

    /// <summary>A warning; the command continues.</summary>
    internal void Warn(string text) => Say(Said("strongroom: warning:", "33", Clean(text)));

    /// <summary>Why the command ends, and what to do.</summary>
    internal void Error(ErrorReport report)
    {
        if (IsJson)
        {
            WriteJson(
                writer => JsonSerializer.Serialize(writer, report.ToShape(), ErrorJson.Default.ErrorShape),
                line => Say(line)
            );
            return;
        }
        // A list of faults keeps its lines; everything else is one.
        var message = string.Join('\n', report.Message.Split('\n').Select(Clean));
        Say(Said("strongroom:", "31", message) + Said("hint:", "36", Clean(report.Hint)));
    }

    /// <summary>Asks on stderr, so that stdout stays the result.</summary>
    internal void Prompt(string text) => Say(Clean(text) + " ");

    /// <summary>Ends the line that a prompt began.</summary>
    internal void EndPrompt() => Say("\n");

    /// <summary>What is being waited for; on a terminal the line is overwritten, and gone at the end.</summary>
    internal void Progress(string text)
    {
        _showsProgress = IsErrorTerminal;
        Say(IsErrorTerminal ? OneLine(Clean(text)) : Clean(text) + "\n");
        _showsProgress = IsErrorTerminal;
    }

    internal void EndProgress() => Say("");

    /// <summary>
    /// A line that is broken is not overwritten whole, so the middle of a long one, such as a path, is left out.
    /// </summary>
    private static string OneLine(string text) =>
        text.Length < Narrow ? text : $"{text[..(Narrow / 2)]}…{text[^(Narrow / 2 - 2)..]}";

    private string Render(Table table)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = devices.HasColour ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = devices.HasColour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(text),
            }
        );
        console.Profile.Width = devices.Width();
        console.Write(table);
        // The border leaves blanks around the table, which would be rows of nothing.
        var lines = text.ToString().Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0);
        return string.Join('\n', lines) + "\n";
    }

    private string Said(string who, string colour, string text) => $"{Coloured(who, colour)} {Wrapped($"{who} ", text)}\n";

    /// <summary>On a terminal lines end between words. A word that is too long, such as a path, stays whole.</summary>
    private string Wrapped(string before, string text) =>
        IsErrorTerminal
            ? string.Join('\n', text.Split('\n').Select((line, index) => Wrapped(index == 0 ? before.Length : 0, line)))
            : text;

    private static string Wrapped(int used, string line)
    {
        var words = line.Split(' ');
        var wrapped = new StringBuilder(words[0]);
        used += words[0].Length;
        foreach (var word in words.Skip(1))
        {
            var breaks = used + 1 + word.Length > Narrow;
            wrapped.Append(breaks ? '\n' : ' ').Append(word);
            used = breaks ? word.Length : used + 1 + word.Length;
        }
        return wrapped.ToString();
    }

    private string Coloured(string text, string colour) =>
        devices is { HasColour: true, IsErrorTerminal: true } ? $"\u001b[{colour}m{text}\u001b[0m" : text;

    private static void WriteJson(Action<Utf8JsonWriter> write, Action<ReadOnlySpan<byte>> take)
    {
        using var line = new MemoryStream();
        // Nothing of this goes into a web page, so a '+' may be a '+'.
        using (
            var writer = new Utf8JsonWriter(line, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })
        )
            write(writer);
        line.WriteByte((byte)'\n');
        take(line.GetBuffer().AsSpan(0, (int)line.Length));
        // It may hold a value.
        Array.Clear(line.GetBuffer());
    }

    private static string Clean(string text) => TerminalText.Line(text);

    /// <summary>Writes to stderr; a failure to do so cannot be reported.</summary>
    private void Say(string text) => Say(s_utf8.GetBytes(text));

    private void Say(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (_showsProgress)
                devices.Error.Write("\r\u001b[2K"u8);
            _showsProgress = false;
            devices.Error.Write(bytes);
            devices.Error.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The exit code remains.
        }
    }

    /// <summary>Whether something of it was escaped.</summary>
    private bool WriteOut(ReadOnlySpan<byte> bytes, bool isJson)
    {
        if (!IsOutputTerminal)
        {
            Write(devices.Output, bytes);
            return false;
        }
        var shown = GC.AllocateUninitializedArray<byte>(TerminalText.MostOf(bytes.Length), pinned: true);
        try
        {
            var (written, isEscaped) = TerminalText.Escape(bytes, shown, isJson);
            Write(devices.Output, shown.AsSpan(0, written));
            return isEscaped;
        }
        finally
        {
            Array.Clear(shown);
        }
    }

    private static void Write(Stream stream, string text) => Write(stream, s_utf8.GetBytes(text));

    /// <summary>A closed pipe is no error in .NET; the remaining causes are a full disk and the like.</summary>
    private static void Write(Stream stream, ReadOnlySpan<byte> bytes)
    {
        try
        {
            stream.Write(bytes);
            stream.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCodes.Unavailable,
                "the result could not be written to stdout; the operation itself was completed",
                "Check where stdout goes: a full disk, a quota, a closed file.",
                "OutputFailed"
            );
        }
    }
}
