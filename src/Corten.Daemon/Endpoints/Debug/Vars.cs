using System.Buffers;
using System.Text.Json;
using Corten.Daemon.Http;

namespace Corten.Daemon.Endpoints.Debug;

/// <summary><c>GET /debug/vars</c>: the command line and the state of the memory; served only while debugging.</summary>
internal static class Vars
{
    public static async Task ServeAsync(RequestContext context)
    {
        var memory = GC.GetGCMemoryInfo();
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("cmdline");
            foreach (var argument in Environment.GetCommandLineArgs())
            {
                writer.WriteStringValue(argument);
            }

            writer.WriteEndArray();
            writer.WriteStartObject("memstats");
            writer.WriteNumber("Alloc", GC.GetTotalMemory(forceFullCollection: false));
            writer.WriteNumber("TotalAlloc", GC.GetTotalAllocatedBytes());
            writer.WriteNumber("Sys", Environment.WorkingSet);
            writer.WriteNumber("HeapSys", memory.TotalCommittedBytes);
            writer.WriteNumber("HeapInuse", memory.HeapSizeBytes);
            writer.WriteNumber("PauseTotalNs", (long)GC.GetTotalPauseDuration().TotalNanoseconds);
            writer.WriteNumber("NumGC", GC.CollectionCount(0));
            writer.WriteEndObject();
            writer.WriteNumber("threads", ThreadPool.ThreadCount);
            writer.WriteEndObject();
        }

        var body = await context.StartStreamAsync("application/json; charset=utf-8");
        await body.WriteAsync(bytes.WrittenMemory, context.Aborted);
    }
}
