package dev.sessionttl.benchmarks.host;

import java.sql.SQLException;
import java.util.Optional;
import org.aspectj.lang.ProceedingJoinPoint;
import org.aspectj.lang.annotation.Around;
import org.aspectj.lang.annotation.Aspect;
import org.aspectj.lang.annotation.Before;

/** The agent's job as an aspect, which AspectJ's load-time weaver weaves in; see {@code META-INF/aop.xml}. */
@Aspect
public class TtlAspect {
    private final TtlCheck check = new TtlCheck();

    @Before("execution(public static void dev.sessionttl.benchmarks.host.*.main(String[]))")
    public void sweep() throws SQLException {
        check.sweep();
    }

    @Around("execution(* dev.sessionttl.benchmarks.host.SessionStore.find(String)) && args(agent)")
    public Object read(ProceedingJoinPoint call, String agent) throws Throwable {
        return check.expires(agent) ? Optional.empty() : call.proceed();
    }
}
