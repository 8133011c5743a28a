using ChatServer;
using ChatServer.Conformance;

return args switch
{
    ["conformance", var mode, var port] => await ConformanceServer.RunAsync(mode, port),
    ["token", .. var asked] => await Commands.TokenAsync(asked),
    ["import", var file] => await Commands.ImportAsync(file),
    [var word, ..] when !word.StartsWith("--", StringComparison.Ordinal) || word is "--help" => await Commands.ExplainAsync(word),
    _ => await Serving.RunAsync(args),
};
