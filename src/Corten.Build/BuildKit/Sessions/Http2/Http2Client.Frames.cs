using System.Buffers.Binary;
using Corten.EngineApi.Http2;

namespace Corten.Build.BuildKit.Sessions.Http2;

/// <summary>What the frames of the other side mean (RFC 9113, 5.1 and 6).</summary>
internal sealed partial class Http2Client : IFrameSink
{
    /// <summary>Calls that data came for since the last <see cref="IFrameSink.OnBatch"/>.</summary>
    private readonly HashSet<Http2Call> _touched = [];

    void IFrameSink.OnHeaders(int stream, List<Header> headers, bool ends)
    {
        lock (_gate)
        {
            if (Find(stream) is not { } call)
            {
                return;
            }

            if (call.Headers is null)
            {
                var isInterim = headers.Exists(h => h is { Name: ":status", Value: ['1', _, _] });
                if (!ends && isInterim)
                {
                    return;
                }

                call.Answer(headers);
            }
            else if (!ends)
            {
                GiveUp(call, Http2Error.Protocol, CallFailure.OfReset(Http2Error.Protocol));
                return;
            }

            if (ends)
            {
                Finish(call, headers);
            }
        }
    }

    void IFrameSink.OnFrame(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            switch (frame.Type)
            {
                case FrameType.Data:
                    OnData(frame, payload);
                    break;
                case FrameType.Priority:
                    Check(frame.Stream != 0, Http2Error.Protocol, "a priority of no stream");
                    break;
                case FrameType.Reset:
                    OnReset(frame, payload);
                    break;
                case FrameType.Settings:
                    OnSettings(frame, payload);
                    break;
                case FrameType.Ping:
                    Check(frame.Stream == 0, Http2Error.Protocol, "a ping of a stream");
                    Check(payload.Length == sizeof(long), Http2Error.FrameSize, "a ping of a wrong length");
                    if (!frame.Has(FrameFlags.Acknowledge))
                    {
                        _writer.Add(FrameType.Ping, FrameFlags.Acknowledge, 0, payload);
                    }

                    break;
                case FrameType.GoAway:
                    OnGoAway(frame, payload);
                    break;
                case FrameType.WindowUpdate:
                    OnWindowUpdate(frame, payload);
                    break;
                default:
                    throw new Http2Exception(Http2Error.Protocol, "a push, which was forbidden");
            }
        }
    }

    void IFrameSink.OnBatch()
    {
        lock (_gate)
        {
            foreach (var call in _touched)
            {
                if (!call.IsOver)
                {
                    call.Show();
                }
            }

            _touched.Clear();
            if (_over is not null && _calls.Count == 0)
            {
                throw new EndOfStreamException(_over.Status.Detail);
            }
        }

        _writer.Flush();
    }

    private void OnData(in FrameHeader frame, ReadOnlySpan<byte> data)
    {
        Check(frame.Length <= _receiveWindow, Http2Error.FlowControl, "more data than there was room for");
        _receiveWindow -= frame.Length;
        if (Find(frame.Stream) is not { } call)
        {
            // Of a call that was given up.
            Grant(frame.Length);
            return;
        }

        Check(frame.Length <= call.ReceiveWindow, Http2Error.FlowControl, "more data than there was room for");
        call.ReceiveWindow -= frame.Length;
        if (call.Headers is null || call.ReceivedEnd)
        {
            Grant(frame.Length);
            GiveUp(call, Http2Error.Protocol, CallFailure.OfReset(Http2Error.Protocol));
            return;
        }

        // Padding is consumed as it comes.
        Grant(frame.Length - data.Length);
        call.Ungranted += frame.Length - data.Length;
        if (!data.IsEmpty)
        {
            call.Put(data);
            _touched.Add(call);
        }

        if (frame.Has(FrameFlags.EndStream))
        {
            Finish(call, []);
        }
    }

    /// <summary>The other side has said everything, so that nothing that we have to say matters any more.</summary>
    private void Finish(Http2Call call, IReadOnlyList<Header> trailers)
    {
        if (!call.SentEnd)
        {
            _writer.Add(FrameType.Reset, call.Id, (int)Http2Error.None);
        }

        call.End(trailers);
        Forget(call);
    }

    private void OnReset(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        Check(payload.Length == sizeof(int), Http2Error.FrameSize, "a reset of a wrong length");
        if (Find(frame.Stream) is { } call)
        {
            Fail(call, CallFailure.OfReset((Http2Error)BinaryPrimitives.ReadInt32BigEndian(payload)));
        }
    }

    private void OnSettings(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        Check(frame.Stream == 0, Http2Error.Protocol, "settings of a stream");
        if (frame.Has(FrameFlags.Acknowledge))
        {
            Check(payload.IsEmpty, Http2Error.FrameSize, "an acknowledgement of a wrong length");
            return;
        }

        var more = _peer.Read(payload);
        foreach (var call in _calls.Values)
        {
            call.SendWindow += more;
            Check(call.SendWindow <= int.MaxValue, Http2Error.FlowControl, "a window that is too large");
        }

        _writer.Add(FrameType.Settings, FrameFlags.Acknowledge, 0, []);
        OpenWaiting();
        Pulse();
    }

    private void OnWindowUpdate(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        Check(payload.Length == sizeof(int), Http2Error.FrameSize, "a window update of a wrong length");
        var more = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
        if (frame.Stream == 0)
        {
            Check(more > 0, Http2Error.Protocol, "a window update of nothing");
            _sendWindow += more;
            Check(_sendWindow <= int.MaxValue, Http2Error.FlowControl, "a window that is too large");
        }
        else if (Find(frame.Stream) is { } call)
        {
            call.SendWindow += more;
            if (more == 0 || call.SendWindow > int.MaxValue)
            {
                var error = more == 0 ? Http2Error.Protocol : Http2Error.FlowControl;
                GiveUp(call, error, CallFailure.OfReset(error));
                return;
            }
        }

        Pulse();
    }

    /// <summary>Calls that it will not serve fail; when the others are over, so is the connection.</summary>
    private void OnGoAway(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        Check(frame.Stream == 0, Http2Error.Protocol, "a farewell of a stream");
        Check(payload.Length >= 2 * sizeof(int), Http2Error.FrameSize, "a farewell of a wrong length");
        var last = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
        var error = (Http2Error)BinaryPrimitives.ReadInt32BigEndian(payload[sizeof(int)..]);
        _over ??= CallFailure.Unavailable($"the client's session is going away: {error}");
        Http2Call[] unserved = [.. _calls.Values.Where(c => c.Id > last), .. _waiting.Select(w => w.Call)];
        _waiting.Clear();
        Array.ForEach(unserved, call => Fail(call, _over));
    }

    /// <returns>Null for a call that is over.</returns>
    /// <exception cref="Http2Exception">There never was one of this number.</exception>
    private Http2Call? Find(int stream)
    {
        Check(stream % 2 == 1 && stream <= _lastId, Http2Error.Protocol, "a frame of a stream that was never opened");
        return _calls.GetValueOrDefault(stream);
    }

    private static void Check(bool holds, Http2Error error, string mistake)
    {
        if (!holds)
        {
            throw new Http2Exception(error, mistake);
        }
    }
}
