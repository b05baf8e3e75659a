using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace Corten.Networks.Firewall.Firewalld;

/// <summary>The other end said no, or is not there.</summary>
internal sealed class BusException(string name, string words) : IOException($"{name}: {words}")
{
    public string Name { get; } = name;
}

/// <summary>A connection to a D-Bus message bus over its unix socket, for calls and signals; proof of identity is the socket's own (EXTERNAL).</summary>
internal sealed class SystemBus : IDisposable
{
    private const string Bus = "org.freedesktop.DBus";
    private const string BusPath = "/org/freedesktop/DBus";

    /// <summary>A service that is stuck must not hold a network up for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Stream _stream;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<BusMessage>> _calls = [];
    private readonly Action<BusMessage> _signal;
    private uint _serial;

    private SystemBus(Stream stream, Action<BusMessage> signal) => (_stream, _signal) = (stream, signal);

    /// <summary>Completes when the connection has ended.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>DBUS_SYSTEM_BUS_ADDRESS, when it is a unix path, or the usual one.</summary>
    public static string UsualPath()
    {
        const string prefix = "unix:path=";
        var address = Environment.GetEnvironmentVariable("DBUS_SYSTEM_BUS_ADDRESS");
        return address?.StartsWith(prefix, StringComparison.Ordinal) == true ? address[prefix.Length..].Split(',', ';')[0] : "/run/dbus/system_bus_socket";
    }

    /// <param name="path">The bus's socket.</param>
    /// <param name="signal">Called for each signal, one after the other. It must not wait for answers of this bus.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public static async Task<SystemBus> ConnectAsync(string path, Action<BusMessage> signal, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            var stream = new NetworkStream(socket, ownsSocket: true);
            // 30 is "0", the user that a daemon runs as, in hexadecimal.
            await stream.WriteAsync("\0AUTH EXTERNAL 30\r\n"u8.ToArray(), cancellation);
            var answer = await ReadLineAsync(stream, cancellation);
            if (!answer.StartsWith("OK ", StringComparison.Ordinal))
            {
                throw new BusException("system bus", answer);
            }
            await stream.WriteAsync("BEGIN\r\n"u8.ToArray(), cancellation);
            var bus = new SystemBus(stream, signal);
            bus.Ended = bus.ReadAsync();
            await bus.CallAsync(Bus, BusPath, Bus, "Hello", "", null, cancellation);
            return bus;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Asks for signals.</summary>
    /// <param name="rule">As in the D-Bus Specification, "Match Rules".</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task MatchAsync(string rule, CancellationToken cancellation) => CallAsync(Bus, BusPath, Bus, "AddMatch", "s", w => w.String(rule), cancellation);

    /// <returns>The process behind a name; null when nobody has it.</returns>
    public async Task<int?> ProcessOfAsync(string name, CancellationToken cancellation)
    {
        try
        {
            var answer = await CallAsync(Bus, BusPath, Bus, "GetConnectionUnixProcessID", "s", w => w.String(name), cancellation);
            return (int)new BusReader(answer.Body.Span).UInt32();
        }
        catch (BusException e) when (e.Name == "org.freedesktop.DBus.Error.NameHasNoOwner")
        {
            return null;
        }
    }

    /// <exception cref="BusException">The answer is an error.</exception>
    /// <exception cref="IOException">The connection ended first.</exception>
    public async Task<BusMessage> CallAsync(
        string destination, string path, string face, string member, string signature, Action<BusWriter>? arguments, CancellationToken cancellation)
    {
        var body = new BusWriter();
        arguments?.Invoke(body);
        var serial = Interlocked.Increment(ref _serial);
        var answered = new TaskCompletionSource<BusMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls[serial] = answered;
        try
        {
            var call = new BusMessage
            {
                Type = BusMessageType.Call,
                Serial = serial,
                Destination = destination,
                Object = path,
                Interface = face,
                Member = member,
                Signature = signature,
                Body = body.Written,
            };
            await _writing.WaitAsync(cancellation);
            try
            {
                await _stream.WriteAsync(call.Encode(), cancellation);
            }
            finally
            {
                _writing.Release();
            }
            await Task.WhenAny(answered.Task, Ended).WaitAsync(Patience, cancellation);
            if (!answered.Task.IsCompleted)
            {
                throw new IOException("the system bus closed the connection");
            }
            var answer = await answered.Task;
            return answer.Type != BusMessageType.Error ? answer
                : throw new BusException(answer.Error ?? "", answer.Signature.StartsWith('s') ? new BusReader(answer.Body.Span).String() : member);
        }
        finally
        {
            _calls.TryRemove(serial, out _);
        }
    }

    public void Dispose() => _stream.Dispose();

    private static async Task<string> ReadLineAsync(Stream stream, CancellationToken cancellation)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (line.Length < 256)
        {
            await stream.ReadExactlyAsync(one, cancellation);
            if (one[0] == '\n')
            {
                break;
            }
            line.Append((char)one[0]);
        }
        return line.ToString().TrimEnd('\r');
    }

    /// <summary>Until the connection ends, by either side; whoever waits for an answer sees <see cref="Ended"/>.</summary>
    private async Task ReadAsync()
    {
        var bytes = new byte[BusMessage.FixedSize];
        try
        {
            while (true)
            {
                await _stream.ReadExactlyAsync(bytes.AsMemory(0, BusMessage.FixedSize));
                var whole = new byte[BusMessage.LengthOf(bytes)];
                bytes.AsSpan(0, BusMessage.FixedSize).CopyTo(whole);
                await _stream.ReadExactlyAsync(whole.AsMemory(BusMessage.FixedSize));
                var message = BusMessage.Decode(whole);
                if (message.Type is BusMessageType.Return or BusMessageType.Error)
                {
                    if (_calls.TryGetValue(message.ReplyTo, out var call))
                    {
                        call.TrySetResult(message);
                    }
                }
                else if (message.Type == BusMessageType.Signal)
                {
                    _signal(message);
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ObjectDisposedException)
        {
            await _stream.DisposeAsync();
        }
    }
}
