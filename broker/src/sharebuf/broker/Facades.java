package sharebuf.broker;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import sharebuf.broker.seat.Seat;
import sharebuf.broker.seat.SeatKind;
import sharebuf.broker.seat.Seats;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;
import sharebuf.importer.Importer;
import sharebuf.node.DeviceException;

/**
 * Handles of application interfaces that importers implement: they forward through the seat, so that an application never holds a
 * plug-in's object and the handle outlives a replaced plug-in.
 *
 * <p>Thread-safe.
 */
final class Facades {
    private final Seats seats;
    private final Function<String, RuntimeException> closing;

    /**
     * Handles of what sits in the importers' seats.
     *
     * @param closing what is thrown by a handle whose session is closed
     */
    Facades(Seats seats, Function<String, RuntimeException> closing) {
        this.seats = seats;
        this.closing = closing;
    }

    <T> Outcome<T> of(Class<T> type, String device, BooleanSupplier closed) {
        if (!type.isInterface()) {
            throw new IllegalArgumentException(type.getName() + " is no interface");
        }
        Optional<Seat<Importer>> seat = seats.find(SeatKind.IMPORTER, device, Importer.class);
        if (seat.isEmpty() || seat.get().lastPid().isEmpty()) {
            return Outcome.no(Refusal.of(Errno.ENODEV, "device", "no importer for '" + device + "'",
                    "one of " + seats.of(SeatKind.IMPORTER, Importer.class).stream().map(Seat::name).toList()).about(device, "").fixedBy("dma:devices lists them"));
        }
        Outcome<Boolean> offered = seat.get().occupant().isEmpty() ? Outcome.ok(true) : offers(seat.get(), type);
        if (offered instanceof Outcome.No<Boolean>(Refusal why)) {
            return Outcome.no(why.about(device, "")); // it did not say no, it failed: whoever has another way for those that say no must not take it
        }
        if (!offered.orThrow()) {
            return Outcome.no(Refusal.of(Errno.ENODEV, "interface", seat.get().lastPid(), type.getSimpleName()).about(device, "")
                    .fixedBy("a device whose importer offers " + type.getSimpleName()));
        }
        InvocationHandler handler = (proxy, method, args) -> {
            if (method.getDeclaringClass() == Object.class) {
                return ofObject(proxy, method, args, type, device);
            }
            if (closed.getAsBoolean()) {
                throw closing.apply("the session of this " + type.getSimpleName() + " handle is closed");
            }
            return forward(seat.get(), type, method, args);
        };
        return Outcome.ok(type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler)));
    }

    private static Outcome<Boolean> offers(Seat<Importer> seat, Class<?> type) {
        return seat.offers(type) ? seat.call("offers", importer -> importer.offers(type)) : Outcome.ok(false);
    }

    private static Object ofObject(Object proxy, Method method, Object[] args, Class<?> type, String device) {
        return switch (method.getName()) {
            case "equals" -> proxy == args[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> type.getSimpleName() + " of " + device;
        };
    }

    /** What came back: a value, or an exception of the API, made anew so that none from a plug-in's frame is kept. */
    private record Answer(Optional<Object> value, Optional<Exception> thrown) {
    }

    private static Object forward(Seat<Importer> seat, Class<?> type, Method method, Object[] args) throws Exception {
        long start = System.nanoTime();
        boolean[] again = new boolean[1];
        Outcome<Answer> answer = seat.call(method.getName(), importer -> {
            Object[] now = again[0] ? left(args, start) : args;
            again[0] = true;
            if (!type.isInstance(importer)) {
                return new Answer(Optional.empty(), Optional.of(new RefusedException(
                        Refusal.of(Errno.ENODEV, "interface", importer.getClass().getName(), type.getSimpleName()).about(seat.name(), ""))));
            }
            try {
                return new Answer(Optional.ofNullable(plain(method.invoke(importer, now))), Optional.empty());
            } catch (InvocationTargetException e) {
                return new Answer(Optional.empty(), Optional.of(copy(e.getCause())));
            }
        });
        Answer a = switch (answer) {
            case Outcome.Ok<Answer>(Answer value) -> value;
            case Outcome.No<Answer>(Refusal why) -> throw new RefusedException(why.about(seat.name(), ""));
        };
        if (a.thrown.isPresent()) {
            throw a.thrown.get();
        }
        if (a.value.isEmpty() && method.getReturnType() != void.class) {
            throw new RefusedException(Refusal.of(Errno.EPROTO, "plug-in " + seat.lastPid() + " " + method.getName(), "null", "a value").about(seat.name(), ""));
        }
        return a.value.orElse(null);
    }

    /** A call that is made again, because a plug-in made way for its successor, waits for what is left of its time. */
    private static Object[] left(Object[] args, long start) {
        if (args == null || args.length == 0 || !(args[args.length - 1] instanceof Duration limit)) {
            return args;
        }
        Object[] now = args.clone();
        Duration left = limit.minusNanos(System.nanoTime() - start);
        now[now.length - 1] = left.isNegative() ? Duration.ZERO : left;
        return now;
    }

    /** Collections are copied: a plug-in's own list would keep its class loader. */
    private static Object plain(Object value) {
        return value instanceof List<?> list ? List.copyOf(list) : value;
    }

    /** The same exception, born here. Anything that is none of the API is a broken contract and passes on to the seat. */
    private static Exception copy(Throwable t) throws Exception {
        return switch (t) {
            case DeviceException e when e.getClass() == DeviceException.class -> new DeviceException(e.errno(), e.device(), e.operation(), e.detail());
            case RefusedException e when e.getClass() == RefusedException.class -> new RefusedException(e.refusal());
            case IllegalArgumentException e when e.getClass() == IllegalArgumentException.class -> new IllegalArgumentException(e.getMessage());
            case IllegalStateException e when e.getClass() == IllegalStateException.class -> new IllegalStateException(e.getMessage());
            case Exception e -> throw e;
            case Error e -> throw e;
            default -> new IllegalStateException(t.getClass().getName());
        };
    }
}
