package dev.mobula.cluster.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One record type as configuration sees it: its keys in order, how to read one from an instance, how to make one.
record RecordType(Class<?> type) {
    static RecordType of(Class<?> type) {
        return new RecordType(type);
    }

    List<RecordComponent> keys() {
        return Arrays.asList(type.getRecordComponents());
    }

    /// The key's doc; a component without one is a mistake of ours.
    static Key doc(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        if (key == null) {
            throw new IllegalStateException(
                    component.getDeclaringRecord() + "." + component.getName() + " has no @Key");
        }
        return key;
    }

    static Object value(RecordComponent component, Object holder) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(holder);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(component + " cannot be read", impossible);
        }
    }

    /// Makes one; what its constructor refuses comes out as it was thrown.
    Object create(@Nullable Object[] values) {
        try {
            var constructor =
                    type.getDeclaredConstructor(
                            keys().stream().map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException refused) {
            if (refused.getCause() instanceof RuntimeException own) {
                throw own;
            }
            throw new IllegalStateException(type + " cannot be made", refused);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(type + " cannot be made", impossible);
        }
    }

    /// Every key of the tree below, `section.key`.
    List<String> paths(String prefix) {
        List<String> paths = new ArrayList<>();
        for (RecordComponent key : keys()) {
            String path = prefix.isEmpty() ? key.getName() : prefix + "." + key.getName();
            paths.add(path);
            if (key.getType().isRecord()) {
                paths.addAll(of(key.getType()).paths(path));
            }
        }
        return paths;
    }
}
