using Corten.Bench;
using Corten.Bench.Rows;

IRow[] rows =
[
    new RunRow("run --rm true"),
    new RunRow("run --rm --network none true", "--network", "none"),
    new ExecRow(), new ConnectRow(), new AttachRow(), new LookupRow(),
    new ThroughputRow(published: false), new ThroughputRow(published: true),
    new ManyRow(),
    new RuntimeRow(),
    new PullRow(),
    .. BuildRow.All,
    new ListRow(5000),
    new MemoryRow(),
];

var options = new Dictionary<string, string>();
var wanted = new List<string>();
for (var i = 0; i < args.Length; i++)
{
    if (args[i] is "--help" or "-h" || (args[i].StartsWith("--", StringComparison.Ordinal) && i + 1 == args.Length))
    {
        Console.WriteLine("usage: bench/run --docker unix://SOCKET [--corten unix://SOCKET] [--crun PATH] [--pull DOCKER-REF,CORTEN-REF] [--rounds N] [ROW...]\nrows:");
        Array.ForEach(rows, row => Console.WriteLine("  " + row.Name));
        return 2;
    }

    if (args[i].StartsWith("--", StringComparison.Ordinal))
    {
        options[args[i][2..]] = args[++i];
    }
    else
    {
        wanted.Add(args[i]);
    }
}

var settings = new Settings
{
    DockerHost = options.GetValueOrDefault("docker", "unix:///var/run/docker.sock"),
    CortenHost = options.GetValueOrDefault("corten", "unix:///run/corten/corten.sock"),
    Out = Path.GetFullPath(options.GetValueOrDefault("out", "out")),
    Crun = options.GetValueOrDefault("crun"),
    PullImage = options.GetValueOrDefault("pull")?.Split(','),
    Rounds = int.Parse(options.GetValueOrDefault("rounds", "20")),
};
Console.WriteLine("| row | way | median ms | min | max | ratio |");
Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: |");
var failed = 0;
foreach (var row in rows.Where(row => wanted.Count == 0 || wanted.Any(part => row.Name.Contains(part, StringComparison.OrdinalIgnoreCase))))
{
    try
    {
        await MeasureAsync(row);
    }
    catch (InvalidOperationException problem)
    {
        Console.WriteLine($"| {row.Name} | not measured: {problem.Message.ReplaceLineEndings(" ")} | | | | |");
        failed++;
    }
}

return failed == 0 ? 0 : 1;

async Task MeasureAsync(IRow row)
{
    try
    {
        var ways = await row.PrepareAsync(settings, CancellationToken.None);
        var times = ways.Select(_ => new List<double>()).ToArray();
        // The first round warms caches and counts for nobody; a row that takes seconds is repeated less often.
        for (var round = -1; round < settings.Rounds && (round < 3 || times[0].Sum() < 20_000); round++)
        {
            for (var way = 0; way < ways.Count; way++)
            {
                var time = await ways[way].RunAsync();
                if (round >= 0)
                {
                    times[way].Add(time);
                }
            }
        }

        for (var way = 0; way < ways.Count; way++)
        {
            var ratio = way == 0 ? "" : (Median(times[0]) / Median(times[way])).ToString("0.0") + " x";
            Console.WriteLine($"| {row.Name} | {ways[way].Name} | {Median(times[way]):0.0} | {times[way].Min():0.0} | {times[way].Max():0.0} | {ratio} |");
        }
    }
    finally
    {
        await row.CleanAsync(settings);
    }
}

static double Median(List<double> values)
{
    var sorted = values.Order().ToList();
    var middle = sorted.Count / 2;
    return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
